// A server of its own process, so that what is measured is the server and not the attacker. It answers each message of
// its parent with the bytes that are reachable after a collection.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { createHubServer, type HubServerOptions } from '@hubwire/hub-server';
import { TargetHub } from './target-hub.ts';

export interface Measurement {
  /** What is reachable, on the heap and outside it. */
  readonly bytes: number;
  readonly connections: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as HubServerOptions;
const hubs = createHubServer({ protocols: [new JsonHubProtocol(), new MessagePackHubProtocol()], ...options });
const hub = hubs.mapHub('/hub', TargetHub);
const server = createServer((request, response) => {
  if (!hubs.handle(request, response)) response.writeHead(404).end();
});
hubs.attach(server);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', () => void measure());
process.on('disconnect', () => process.exit());

async function measure(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  const measurement: Measurement = { bytes: heapUsed + external, connections: hub.connectionCount };
  process.send?.(measurement);
}
