import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { createHubServer, type HubOptions } from '@hubwire/hub-server';
import { SpecificationHub } from './specification-hub.ts';

export interface JsonRpcHost extends AsyncDisposable {
  /** For clients that begin with HTTP. */
  readonly url: string;
  /** For clients that begin with a WebSocket. */
  readonly webSocketUrl: string;
}

/** Serves the hub of the specification's examples to clients of every kind, on a port of the loopback address. */
export async function startJsonRpcHost(options: HubOptions = {}, onPort = 0): Promise<JsonRpcHost> {
  const protocols = [new JsonHubProtocol(), new MessagePackHubProtocol()];
  const hubs = createHubServer({ protocols });
  hubs.mapHub('/hub', SpecificationHub, { jsonRpc: true, ...options });
  const server = createServer((request, response) => {
    if (!hubs.handle(request, response)) response.writeHead(404).end();
  });
  hubs.attach(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(onPort, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hub`,
    webSocketUrl: `ws://127.0.0.1:${port}/hub`,
    async [Symbol.asyncDispose]() {
      await hubs.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
