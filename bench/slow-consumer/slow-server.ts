import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer, Hub } from '@hubwire/hub-server';

export interface Reader {
  /** `sentMs` is by `sharedNow`; without it the message is not measured. */
  told(sentMs: number | null, text: string): void;
}

class NewsHub extends Hub<Reader> {}

/** What is broadcast, and how often. */
export interface BroadcastOrder {
  readonly bytes: number;
  readonly perSecond: number;
  readonly durationMs: number;
}

export interface BroadcastReport {
  /** Those that are measured. */
  readonly sent: number;
  /** Connections that are left. */
  readonly open: number;
  readonly peakRssBytes: number;
}

/** Milliseconds that all processes of the machine agree on. */
export const sharedNow = (): number => performance.timeOrigin + performance.now();

/** The server's process: tells its port, broadcasts when told to, and says what came of it. It ends with its parent. */
export async function runServer(): Promise<void> {
  const hubs = createHubServer({ maximumPendingNegotiations: 10_000 });
  const hub = hubs.mapHub('/hub', NewsHub);
  const server = createServer((request, response) => {
    if (!hubs.handle(request, response)) response.writeHead(404).end();
  });
  hubs.attach(server);
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, resolve));
  process.on('message', (order: BroadcastOrder) => broadcast(order));
  process.once('disconnect', () => process.exit());
  process.send?.({ port: (server.address() as AddressInfo).port });

  function broadcast({ bytes, perSecond, durationMs }: BroadcastOrder): void {
    const text = 'x'.repeat(bytes);
    const startMs = sharedNow();
    const wholeMs = warmUpMs + durationMs;
    let all = 0;
    let sent = 0;
    let peakRssBytes = 0;
    const timer = setInterval(() => {
      const passedMs = sharedNow() - startMs;
      for (; all < (Math.min(passedMs, wholeMs) / 1_000) * perSecond; all += 1) {
        const isMeasured = passedMs > warmUpMs;
        if (isMeasured) sent += 1;
        void hub.context.clients.all.told(isMeasured ? sharedNow() : null, text);
      }
      peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
      if (passedMs < wholeMs) return;
      clearInterval(timer);
      const report: BroadcastReport = { sent, open: hub.counters().connections.open, peakRssBytes };
      process.send?.(report);
    }, 1);
  }
}

/** For how long the code is made warm before anything is measured. */
const warmUpMs = 1_000;
