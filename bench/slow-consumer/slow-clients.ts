import { setTimeout as pause } from 'node:timers/promises';
import { HttpTransportType, HubConnectionBuilder, type HubConnection } from '@hubwire/hub-client';
import { openPausedReader, type TransportName } from './paused-reader.ts';
import { sharedNow } from './slow-server.ts';

/** Who is to listen. */
export interface ReadersOrder {
  readonly port: number;
  readonly transport: TransportName;
  readonly readers: number;
  /** Whether there is one more, who does not read. */
  readonly hasPaused: boolean;
}

export interface ReadersReport {
  readonly delivered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** For how long nothing must have come for it to be all, and how long that is waited for. */
const quietMs = 500;
const patienceMs = 20_000;

/** The readers' process: says when all have connected, and when asked again, how late their messages came. */
export function runClients(): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (order: ReadersOrder) => void listen(order));
}

async function listen({ port, transport, readers, hasPaused }: ReadersOrder): Promise<void> {
  const delays: number[] = [];
  const connect = async (): Promise<HubConnection> => {
    const hub = new HubConnectionBuilder()
      .withUrl(`http://127.0.0.1:${port}/hub`, { transport: HttpTransportType[transport] })
      .build();
    hub.on('told', (sentMs: number | null) => {
      if (sentMs !== null) delays.push(sharedNow() - sentMs);
    });
    await hub.start();
    return hub;
  };
  await Promise.all(Array.from({ length: readers }, connect));
  if (hasPaused) await openPausedReader(port, transport);
  process.once('message', () => void report());
  process.send?.('ready');

  async function report(): Promise<void> {
    const endMs = sharedNow() + patienceMs;
    for (let before = -1; before < delays.length && sharedNow() < endMs;) {
      before = delays.length;
      await pause(quietMs);
    }
    const sorted = Float64Array.from(delays).toSorted();
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    const answer: ReadersReport = { delivered: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
    process.send?.(answer);
  }
}
