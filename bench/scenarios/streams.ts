import { bytesOf, type Codec } from '../contenders/codec.ts';
import type { Link, Ring } from '../load/link.ts';
import { payload } from '../load/payload.ts';
import { LoadSession, type Counters } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

const connections = 50;
const itemsOfStream = 200;
const itemsAtOnce = 50;
const bytes = 64;
const text = payload(0, bytes);

interface Streaming {
  readonly session: LoadSession;
  readonly codec: Codec;
  readonly counters: Counters;
  readonly link: Link;
}

/** A stream on one connection after the other: each starts when the last has ended. */
interface Streamer {
  start(): void;
  stop(): void;
  readonly isIdle: boolean;
}

async function openStreams(context: WorkloadContext, make: (streaming: Streaming) => Streamer): Promise<Workload> {
  const codec = context.contender.roomCodec ?? context.contender.codec;
  const session = new LoadSession(context, codec);
  await session.open(Math.max(2, Math.round(connections * context.scale)));
  const counters: Counters = { finished: 0, checked: 0 };
  const streamers = session.links.map((link) => make({ session, codec, counters, link }));
  return {
    measure: (seconds) =>
      session.measure(seconds, counters, {
        start: () => streamers.forEach((streamer) => streamer.start()),
        stop: () => streamers.forEach((streamer) => streamer.stop()),
        isDrained: () => streamers.every(({ isIdle }) => isIdle),
      }),
    close: async () => session.close(),
  };
}

/** The server streams; what comes is counted item by item, and stream by stream at its end. */
class Download implements Streamer {
  isIdle = true;
  readonly #link: Link;
  readonly #ring: Ring;
  #isRunning = false;
  #received = 0;

  constructor({ session, codec, counters, link }: Streaming) {
    const args = [itemsOfStream, text];
    this.#link = link;
    this.#ring = link.ring([codec.call({ id: 0, method: 'download', arguments: args, session: link.session })]);
    link.onMessage = (kind, message) => {
      if (kind === 'reply') return this.#end(codec, bytesOf(message));
      if (kind !== 'item') return;
      if (counters.finished % session.context.checkEvery === 0) {
        const item = codec.readItem!(bytesOf(message)).value;
        if (item !== text) throw new Error(`A stream brought ${String(item)}`);
        counters.checked += 1;
      }
      this.#received += 1;
      counters.finished += 1;
    };
  }

  start(): void {
    this.#isRunning = true;
    this.isIdle = false;
    this.#link.send(this.#ring, 0, 1);
  }

  stop(): void {
    this.#isRunning = false;
  }

  #end(codec: Codec, message: Buffer): void {
    codec.readReply(message);
    if (this.#received !== itemsOfStream) throw new Error(`A stream had ${this.#received} items.`);
    this.#received = 0;
    if (this.#isRunning) this.start();
    else this.isIdle = true;
  }
}

/** The client streams; the server answers with the number of items, and only then do they count. */
class Upload implements Streamer {
  isIdle = true;
  readonly #link: Link;
  readonly #first: Ring;
  readonly #items: Ring;
  readonly #last: Ring;
  #isRunning = false;

  constructor({ codec, counters, link }: Streaming) {
    const { start, item, end } = codec.upload!(0, text);
    this.#link = link;
    this.#first = link.ring([start]);
    this.#items = link.ring(Array.from({ length: itemsAtOnce }, () => item));
    this.#last = link.ring([end]);
    link.onMessage = (kind, message) => {
      if (kind !== 'reply') return;
      const { value } = codec.readReply(bytesOf(message));
      if (Number(value) !== itemsOfStream) throw new Error(`The server counted ${String(value)} items.`);
      counters.checked += itemsOfStream;
      counters.finished += itemsOfStream;
      if (this.#isRunning) this.start();
      else this.isIdle = true;
    };
  }

  start(): void {
    this.#isRunning = true;
    this.isIdle = false;
    this.#link.send(this.#first, 0, 1);
    this.#send(itemsOfStream);
  }

  stop(): void {
    this.#isRunning = false;
  }

  #send(items: number): void {
    let left = items;
    while (left > 0) {
      left -= itemsAtOnce;
      if (this.#link.send(this.#items, 0, itemsAtOnce) || left === 0) continue;
      const rest = left;
      this.#link.onDrain = () => this.#send(rest);
      return;
    }
    this.#link.onDrain = () => {};
    this.#link.send(this.#last, 0, 1);
  }
}

const streams = {
  needs: 'streams',
  links: ['WebSockets'],
  metrics: ['perSecond', 'serverMicros'],
  operations: 'items',
} as const;

export const streamScenarios: readonly Scenario[] = [
  {
    ...streams,
    name: 'stream-down',
    title: 'Streams to clients',
    about: '50 connections, each with one stream of 200 items of 64 bytes after the other.',
    open: (context) => openStreams(context, (streaming) => new Download(streaming)),
  },
  {
    ...streams,
    name: 'stream-up',
    title: 'Streams from clients',
    about: '50 connections, each uploading one stream of 200 items of 64 bytes after the other.',
    open: (context) => openStreams(context, (streaming) => new Upload(streaming)),
  },
];
