import { setTimeout as pause } from 'node:timers/promises';
import type { Span } from '../contenders/codec.ts';
import { jsonHubCodec } from '../contenders/hubwire/hub-codec.ts';
import type { Link } from '../load/link.ts';
import { openerOf, openMany } from '../load/open-link.ts';
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
/** Node.js closes a connection on which no request has come for five seconds, and posting has one of its own. */
const keepAliveMs = 2_000;

/** The readers' process: says when all have connected, and when asked again, how late their messages came. */
export function runClients(): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (order: ReadersOrder) => void listen(order));
}

async function listen({ port, transport, readers, hasPaused }: ReadersOrder): Promise<void> {
  const delays: number[] = [];
  const open = openerOf(transport);
  const links = await openMany(readers, () => open({ port, codec: jsonHubCodec, onLost: fail }));
  for (const link of links) {
    link.onMessage = (kind, message) => {
      const sentMs = kind === 'push' ? sentMsOf(message) : null;
      if (sentMs !== null) delays.push(sharedNow() - sentMs);
    };
  }
  setInterval(() => keepAlive(links), keepAliveMs);
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

/** The first argument, without decoding the rest: readers that take longer than the server say nothing about it. */
function sentMsOf({ bytes, start }: Span): number | null {
  const first = bytes.indexOf('[', start) + 1;
  return JSON.parse(bytes.toString('latin1', first, bytes.indexOf(',', first))) as number | null;
}

function keepAlive(links: readonly Link[]): void {
  for (const link of links) link.send(link.ring([jsonHubCodec.keepAlive!]), 0, 1);
}

/** Ends this process, and with it the measurement. */
function fail(error: Error): void {
  throw error;
}
