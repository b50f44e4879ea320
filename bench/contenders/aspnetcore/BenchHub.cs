using Microsoft.AspNetCore.SignalR;

namespace Hubwire.Bench;

/// <summary>The same methods as the hub in TypeScript, as users would write them.</summary>
public sealed class BenchHub : Hub
{
    private const string Room = "room";

    public string Echo(string text) => text;

    public Task Broadcast(string text) => Clients.All.SendAsync("message", text);

    public Task Join() => Groups.AddToGroupAsync(Context.ConnectionId, Room);

    public Task SendToGroup(string text) => Clients.Group(Room).SendAsync("message", text);

    public async IAsyncEnumerable<string> Download(int count, string text)
    {
        for (var left = count; left > 0; left--)
        {
            yield return text;
        }
        await Task.CompletedTask;
    }

    public async Task<int> Upload(IAsyncEnumerable<string> items)
    {
        var count = 0;
        await foreach (var _ in items)
        {
            count++;
        }
        return count;
    }
}
