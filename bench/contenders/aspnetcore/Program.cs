using System.Text.Json;
using Hubwire.Bench;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

// Tells its port on its output, takes commands on its input, a line each, and ends with its input.
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
builder.Services.AddSignalR().AddMessagePackProtocol();

var app = builder.Build();
app.UseWebSockets();
app.MapHub<BenchHub>("/hub");
await app.StartAsync();

var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
Tell(new { port = new Uri(addresses.First()).Port });

while (Console.ReadLine() is { } command)
{
    if (command == "memory")
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        Tell(new { rssBytes = Environment.WorkingSet, heapBytes = GC.GetTotalMemory(forceFullCollection: true) });
    }
}
Environment.Exit(0);

static void Tell(object answer) => Console.WriteLine(JsonSerializer.Serialize(answer));
