import { bytesOf } from '../contenders/codec.ts';
import type { Link, Ring } from '../load/link.ts';
import { payload } from '../load/payload.ts';
import { LoadSession, type Counters } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

interface Shape {
  readonly connections: number;
  /** Calls under way on each connection. */
  readonly inFlight: number;
  readonly bytes: number;
}

/** Calls, each followed by the next as soon as it is answered, on every connection. */
export async function openCalls(context: WorkloadContext, shape: Shape): Promise<Workload> {
  const { codec } = context.contender;
  const session = new LoadSession(context, codec);
  await session.open(Math.max(2, Math.round(shape.connections * context.scale)));
  const texts = Array.from({ length: shape.inFlight }, (_, index) => payload(index, shape.bytes));
  const ring = session.links[0]!.ring(
    texts.map((text, id) => codec.call({ id, method: 'echo', arguments: [text], session: '' })),
  );
  const counters: Counters = { finished: 0, checked: 0 };
  const callers = session.links.map((link) => new Caller({ link, ring, texts, session, counters }));
  return {
    measure: (seconds) =>
      session.measure(seconds, counters, {
        start: () => callers.forEach((caller) => caller.start()),
        stop: () => callers.forEach((caller) => caller.stop()),
        isDrained: () => callers.every(({ inFlight }) => inFlight === 0),
      }),
    close: async () => session.close(),
  };
}

interface CallerOptions {
  readonly link: Link;
  readonly ring: Ring;
  readonly texts: readonly string[];
  readonly session: LoadSession;
  readonly counters: Counters;
}

/** Keeps one connection busy. Calls are answered in their order, so the one after the last answer tells its id. */
class Caller {
  inFlight = 0;
  readonly #options: CallerOptions;
  readonly #checkEvery: number;
  #isRunning = false;
  #sent = 0;
  #answered = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#checkEvery = options.session.context.checkEvery;
    const { link, counters } = options;
    link.onMessage = (kind, message) => {
      if (kind !== 'reply') return;
      if (this.#answered % this.#checkEvery === 0) this.#check(bytesOf(message));
      this.#answered += 1;
      this.inFlight -= 1;
      counters.finished += 1;
    };
    link.onTurn = () => this.#send();
  }

  start(): void {
    this.#isRunning = true;
    this.#send();
  }

  stop(): void {
    this.#isRunning = false;
  }

  #send(): void {
    const { link, ring } = this.#options;
    const count = ring.size - this.inFlight;
    if (!this.#isRunning || count === 0) return;
    link.send(ring, this.#sent, count);
    this.#sent += count;
    this.inFlight += count;
  }

  #check(message: Buffer): void {
    const { session, texts, counters } = this.#options;
    const expected = this.#answered % texts.length;
    const { id, value } = session.codec.readReply(message);
    if (id !== expected || value !== texts[expected])
      throw new Error(`Call ${expected} was answered with ${id}: ${String(value)}`);
    counters.checked += 1;
  }
}

const calls = {
  needs: 'calls',
  links: ['WebSockets'],
  metrics: ['perSecond', 'serverMicros'],
  operations: 'calls',
} as const;

export const callScenarios: readonly Scenario[] = [
  {
    ...calls,
    name: 'calls-64',
    title: 'Pipelined calls, 64 bytes',
    isInQuick: true,
    about: '50 connections with 20 calls in flight each; every call carries 64 bytes there and back.',
    open: (context) => openCalls(context, { connections: 50, inFlight: 20, bytes: 64 }),
  },
  {
    ...calls,
    name: 'calls-2k',
    title: 'Pipelined calls, 2 KiB',
    about: '50 connections with 20 calls in flight each; every call carries 2 KiB there and back.',
    open: (context) => openCalls(context, { connections: 50, inFlight: 20, bytes: 2_048 }),
  },
  {
    ...calls,
    name: 'calls-one',
    title: 'One call at a time',
    isInQuick: true,
    about: '50 connections with one call in flight each; every call carries 64 bytes there and back.',
    open: (context) => openCalls(context, { connections: 50, inFlight: 1, bytes: 64 }),
  },
];

/** The reference over WebSockets, and what has a transport for networks that let none through. */
const fallback = {
  ...calls,
  links: ['WebSockets', 'ServerSentEvents', 'LongPolling', 'EngineIoPolling'],
  isFallback: true,
} as const;

export const fallbackScenarios: readonly Scenario[] = [
  {
    ...fallback,
    name: 'fallback-pipelined',
    title: 'Pipelined calls without WebSockets',
    isInQuick: true,
    about:
      '50 connections with 20 calls of 64 bytes in flight each; calls that wait for a POST go together in the next one.',
    open: (context) => openCalls(context, { connections: 50, inFlight: 20, bytes: 64 }),
  },
  {
    ...fallback,
    name: 'fallback-one',
    title: 'One call at a time without WebSockets',
    about: '50 connections with one call of 64 bytes in flight each.',
    open: (context) => openCalls(context, { connections: 50, inFlight: 1, bytes: 64 }),
  },
];
