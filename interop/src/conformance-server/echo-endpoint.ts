import { ConnectionEndpoint, type ConnectionEndpointOptions } from '@hubwire/transports/server';

/** A raw connection endpoint: every frame goes back as it came. */
export function echoEndpoint(options: ConnectionEndpointOptions): ConnectionEndpoint {
  return new ConnectionEndpoint(options, (connection) => {
    connection.start({
      onFrame(frame) {
        // What the client does not take waits on its side, not here.
        if (!connection.send(frame)) connection.pause();
      },
      onDrain: () => connection.resume(),
      onClose() {},
    });
  });
}
