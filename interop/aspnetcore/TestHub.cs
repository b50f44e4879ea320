using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace Hubwire.Conformance;

/// <summary>The hub of the conformance contract: results, errors, and what the hub knows of its caller. Other parts: streams, audiences.</summary>
public partial class TestHub : Hub
{
    public const string AdminPolicy = "admin";

    public override Task OnConnectedAsync() => Clients.Caller.SendAsync("Connected", Context.ConnectionId);

    public override Task OnDisconnectedAsync(Exception? exception) =>
        Clients.Others.SendAsync("Disconnected", Context.ConnectionId, exception?.Message);

    public object? Echo(object? value) => value;

    public double Add(double a, double b) => a + b;

    public void ThrowException(string message) => throw new InvalidOperationException(message);

    public void ThrowHubException(string message) => throw new HubException(message);

    public ComplexObject EchoComplexObject(ComplexObject value) => value;

    public ComplexObject SendComplexObject() => new()
    {
        ByteArray = [1, 2, 3],
        DateTime = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        GUID = new Guid("00010203-0405-0607-0706-050403020100"),
        IntArray = [1, 2, 3],
        String = "hello world",
    };

    /// <summary>This framework has no schema for arguments, so the bounds are checked here.</summary>
    public double Validated(double n) =>
        n is >= 1 and <= 10 && double.IsInteger(n) ? n : throw new HubException("n must be an integer from 1 to 10.");

    [Authorize(AdminPolicy)]
    public string Protected() => "only for administrators";

    /// <summary>
    /// Hub methods other than streams take no CancellationToken in this release, so only the end of the connection cancels the wait.
    /// </summary>
    public Task LongRunning(int ms) => Task.Delay(ms, Context.ConnectionAborted);

    public string GetCallerConnectionId() => Context.ConnectionId;

    public string? GetUserIdentifier() => Context.UserIdentifier;

    public string GetActiveTransportName() => Context.Features.Get<IHttpTransportFeature>()!.TransportType.ToString();

    public int? GetNumRedirects() => int.TryParse(Request.Query["numRedirects"], out var count) ? count : null;

    public string? GetContentTypeHeader() => GetHeader("Content-Type");

    public string? GetHeader(string name) => Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public string? GetCookie(string name) => Request.Cookies.TryGetValue(name, out var value) ? value : null;

    public string GetHttpMethod() => Request.Method;

    public void SetItem(string key, object? value) => Context.Items[key] = value;

    public object? GetItem(string key) => Context.Items.TryGetValue(key, out var value) ? value : null;

    public void AbortSelf() => Context.Abort();

    private HttpRequest Request => Context.GetHttpContext()!.Request;

    /// <summary>Here to be unreachable from outside, as a method that was not meant for callers.</summary>
    internal string Secret() => "secret";
}

public sealed class ComplexObject
{
    public byte[]? ByteArray { get; set; }
    public DateTime DateTime { get; set; }
    public Guid GUID { get; set; }
    public int[]? IntArray { get; set; }
    public string? String { get; set; }
}

public sealed class CustomObject
{
    public string? Name { get; set; }
    public int Value { get; set; }
}
