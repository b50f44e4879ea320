import type { HandshakeRequest, HubProtocol } from '@hubwire/hub-protocol';
import type { Connection } from '@hubwire/transports';

/** The protocol that a handshake asks for, without regard to case, or the text that refuses it, word for word as ASP.NET Core SignalR does. */
export function chooseProtocol(
  { protocol: name, version }: HandshakeRequest,
  protocols: readonly HubProtocol[],
  connection: Connection,
): HubProtocol | string {
  const protocol = protocols.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (protocol === undefined) return `The protocol '${name}' is not supported.`;
  if (version > protocol.version || version < 1) {
    return `The server does not support version ${version} of the '${name}' protocol.`;
  }
  const format = protocol.transferFormat;
  if (!connection.transferFormats.includes(format)) {
    return `Cannot use the '${name}' protocol on the current transport. The transport does not support '${format}' transfer format.`;
  }
  return protocol;
}
