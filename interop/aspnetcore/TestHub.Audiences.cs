using Microsoft.AspNetCore.SignalR;

namespace Hubwire.Conformance;

/// <summary>Calls that the hub makes: to its caller, to others, to groups and users, and those it awaits an answer of.</summary>
public partial class TestHub
{
    public Task InvokeWithString(string message) => Clients.Caller.SendAsync("Message", message);

    public Task SendCustomObject(CustomObject value) => Clients.Caller.SendAsync("CustomObject", value);

    public Task Broadcast(string message) => Clients.All.SendAsync("Message", message);

    public Task BroadcastOthers(string message) => Clients.Others.SendAsync("Message", message);

    public Task JoinGroup(string name) => Groups.AddToGroupAsync(Context.ConnectionId, name);

    public Task LeaveGroup(string name) => Groups.RemoveFromGroupAsync(Context.ConnectionId, name);

    public Task SendToGroup(string name, string message) => Clients.Group(name).SendAsync("Message", message);

    public Task SendToOthersInGroup(string name, string message) => Clients.OthersInGroup(name).SendAsync("Message", message);

    public Task SendToGroupExcept(string name, string connectionId, string message) =>
        Clients.GroupExcept(name, connectionId).SendAsync("Message", message);

    public Task SendToUser(string userId, string message) => Clients.User(userId).SendAsync("Message", message);

    public Task SendToConnection(string connectionId, string message) => Clients.Client(connectionId).SendAsync("Message", message);

    public Task<string> AskCaller(string question) => Ask(Clients.Caller, question);

    public Task<string> AskConnection(string connectionId, string question) => Ask(Clients.Client(connectionId), question);

    private Task<string> Ask(ISingleClientProxy client, string question) =>
        client.InvokeAsync<string>("Answer", question, Context.ConnectionAborted);
}
