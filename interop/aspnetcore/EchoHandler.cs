using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Connections;

namespace Hubwire.Conformance;

/// <summary>
/// Sends every byte back. The framework hides frame boundaries and types from a handler, so `?format=binary` chooses what WebSocket
/// frames go out as; text otherwise.
/// </summary>
public sealed class EchoHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (connection.GetHttpContext()?.Request.Query["format"].ToString() == "binary")
        {
            connection.Features.Get<ITransferFormatFeature>()!.ActiveFormat = TransferFormat.Binary;
        }
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            if (!read.Buffer.IsEmpty) await connection.Transport.Output.WriteAsync(read.Buffer.ToArray());
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }
}
