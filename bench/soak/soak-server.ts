import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { createHubServer, type HubCounters } from '@hubwire/hub-server';
import type { LogLevel } from '@hubwire/transports';
import { SoakHub } from './soak-hub.ts';

/** What the server answers each message with. */
export interface ServerReport {
  /** What is reachable, on the heap and outside it. */
  readonly bytes: number;
  readonly counters: HubCounters;
  readonly groups: number;
  readonly sockets: number;
  /** Events of level error and above, by name, with the first text of each. */
  readonly errors: Readonly<Record<string, { readonly count: number; readonly first: string }>>;
}

const errors: Record<string, { count: number; first: string }> = {};

function log(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  if (level !== 'error' && level !== 'critical') return;
  const entry = (errors[event] ??= { count: 0, first: String(fields['error']) });
  entry.count += 1;
}

/** The server's process: tells its port, and what it holds whenever it is asked. It ends with its parent. */
export async function runServer(): Promise<void> {
  const hubs = createHubServer({
    protocols: [new JsonHubProtocol(), new MessagePackHubProtocol()],
    logger: { log },
    disconnectTimeoutMs: 5_000,
    maximumParallelInvocations: 4,
    maximumPendingNegotiations: 100_000,
  });
  const hub = hubs.mapHub('/hub', SoakHub);
  const server = createServer((request, response) => {
    if (!hubs.handle(request, response)) response.writeHead(404).end();
  });
  hubs.attach(server);
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, resolve));
  process.on('message', () => void report());
  process.once('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as AddressInfo).port });

  async function report(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      globalThis.gc?.();
      await turn();
    }
    const { heapUsed, external } = process.memoryUsage();
    const answer: ServerReport = {
      bytes: heapUsed + external,
      counters: hubs.counters(),
      groups: (await hub.context.groups.list()).length,
      sockets: await promisify(server.getConnections.bind(server))(),
      errors,
    };
    process.send?.(answer);
  }
}
