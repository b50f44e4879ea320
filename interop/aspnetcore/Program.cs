using Hubwire.Conformance;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Connections;

var host = Environment.GetEnvironmentVariable("HOST") ?? "127.0.0.1";
var port = Environment.GetEnvironmentVariable("PORT") ?? "5000";

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls($"http://{host}:{port}");
builder.Logging.ClearProviders();
builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
// Hub methods that throw on purpose are no failures of this server.
builder.Logging.AddFilter("Microsoft.AspNetCore.SignalR", LogLevel.Critical);

builder.Services.AddCors();
builder.Services.AddConnections();
var signalR = builder.Services
    .AddSignalR(hub =>
    {
        hub.EnableDetailedErrors = true;
        // A hub method may await its own caller's answer, which needs room for a second call.
        hub.MaximumParallelInvocationsPerClient = 10;
    })
    .AddJsonProtocol(json => json.PayloadSerializerOptions.PropertyNamingPolicy = null);
#if MESSAGEPACK
signalR.AddMessagePackProtocol();
#endif

// Authentication brings data protection along, which would otherwise keep its keys in the home directory.
builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
var tokens = new BearerTokens();
builder.Services.AddSingleton(tokens);
builder.Services
    .AddAuthentication(BearerTokenHandler.SchemeName)
    .AddScheme<AuthenticationSchemeOptions, BearerTokenHandler>(BearerTokenHandler.SchemeName, null);
builder.Services
    .AddAuthorizationBuilder()
    .AddPolicy(TestHub.AdminPolicy, policy => policy.RequireClaim("role", "admin"));

var app = builder.Build();
app.UseCors(cors => cors.SetIsOriginAllowed(_ => true).AllowAnyHeader().AllowAnyMethod().AllowCredentials());
app.UseMiddleware<NegotiateCookies>();
app.UseAuthentication();
app.UseAuthorization();
app.UseWebSockets();

app.MapHub<TestHub>("/testhub");
app.MapHub<TestHub>("/testhub-nowebsockets", endpoint =>
    endpoint.Transports = HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling);
app.MapHub<TestHub>("/testhub-sse", endpoint => endpoint.Transports = HttpTransportType.ServerSentEvents);
app.MapHub<TestHub>("/testhub-longpolling", endpoint => endpoint.Transports = HttpTransportType.LongPolling);
app.MapHub<TestHub>("/testhub-websockets", endpoint => endpoint.Transports = HttpTransportType.WebSockets);
app.MapHub<TestHub>("/statefulhub", endpoint => endpoint.AllowStatefulReconnects = true);
app.MapHub<AuthorizedHub>("/authorizedhub");
app.MapHub<UncreatableHub>("/uncreatable");
app.MapConnectionHandler<EchoHandler>("/echo");

app.MapGet("/generateJwtToken", (string? user, double? seconds, string? role) =>
    tokens.Issue(user ?? "testuser", TimeSpan.FromSeconds(seconds ?? 5), role));

var redirects = 0;
app.MapPost("/redirect/negotiate", (string baseUrl) =>
    Results.Json(new { url = $"{baseUrl}/testhub?numRedirects={Interlocked.Increment(ref redirects)}" }));
app.MapPost("/bad-negotiate/negotiate", () => Results.Text("This endpoint refuses to negotiate.", statusCode: 400));

app.Lifetime.ApplicationStarted.Register(() =>
{
    var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
    Console.WriteLine($"listening on {addresses.First()}");
});

// Whoever starts this server for tests holds its input open, and a test run that is killed must not leave it behind.
if (Environment.GetEnvironmentVariable("STOP_WITH_INPUT") == "1")
{
    _ = Task.Run(() =>
    {
        while (Console.In.Read() >= 0) { }
        app.Lifetime.StopApplication();
    });
}

app.Run();
