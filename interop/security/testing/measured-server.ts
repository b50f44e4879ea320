// A server of its own process, so that what is measured is the server and not the attacker. It answers each message of
// its parent with what it holds after a collection.
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { createHubServer, type HubServerOptions } from '@hubwire/hub-server';
import { TargetHub } from './target-hub.ts';

export interface Measurement {
  /** What is reachable, on the heap and outside it. */
  readonly bytes: number;
  readonly connections: number;
  /** Sockets of the HTTP server. */
  readonly sockets: number;
  /** What the hub counts as going on: connections and calls. */
  readonly going: number;
  /** Repeating timers, those included that keep no process alive, and single ones that do. */
  readonly timers: number;
  /** Open files and sockets; 0 where the system does not tell. */
  readonly descriptors: number;
}

const intervals = new Set<unknown>();
const { setInterval: start, clearInterval: stop } = globalThis;
globalThis.setInterval = ((...args: Parameters<typeof start>) => {
  const timer = start(...args);
  intervals.add(timer);
  return timer;
}) as typeof start;
globalThis.clearInterval = (timer) => {
  intervals.delete(timer);
  stop(timer);
};

const descriptorFolder = '/proc/self/fd';
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
  const { connections, invocations } = hub.counters();
  const waiting = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const measurement: Measurement = {
    bytes: heapUsed + external,
    connections: hub.connectionCount,
    sockets: await promisify(server.getConnections.bind(server))(),
    going: connections.open + invocations.running,
    timers: intervals.size + waiting,
    descriptors: existsSync(descriptorFolder) ? readdirSync(descriptorFolder).length : 0,
  };
  process.send?.(measurement);
}
