import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { RunningProxy } from './running-proxy.ts';

/**
 * A proxy that lets event streams open and then passes none of their events on, as scanners of content do; nginx holds
 * back the head as well. It knows no WebSockets.
 */
export async function startHoldingProxy(upstreamUrl: string): Promise<RunningProxy> {
  const server = createServer((incoming, outgoing) => forward(upstreamUrl, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(upstreamUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url = '/' } = incoming;
  const { upgrade: _upgrade, connection: _connection, ...headers } = incoming.headers;
  const upstream = request(new URL(url, upstreamUrl), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (answer.headers['content-type']?.startsWith('text/event-stream') === true) outgoing.flushHeaders();
    else answer.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
