using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Hubwire.Conformance;

/// <summary>The test hub behind a bearer token.</summary>
[Authorize]
public sealed class AuthorizedHub : TestHub;

/// <summary>A hub that nobody can reach the methods of.</summary>
public sealed class UncreatableHub : Hub
{
    public UncreatableHub() => throw new InvalidOperationException("This hub cannot be created.");
}
