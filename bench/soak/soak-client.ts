import { HttpTransportType, HubConnectionBuilder, HubConnectionState, type HubConnection } from '@hubwire/hub-client';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import type { SoakHub } from './soak-hub.ts';

/** What became of the calls of all clients. */
export interface CallTally {
  made: number;
  answered: number;
  /** Their connection broke before the answer. */
  cut: number;
  /** Answered with something else, or failed on a connection that stood. */
  wrong: number;
  /** Neither answered nor failed for `callTimeoutMs`. */
  lost: number;
  connects: number;
  /** Starts that neither came to be nor failed for `callTimeoutMs`. */
  lostStarts: number;
  /** Starts that failed, by their text: a line that is cut meanwhile is what it takes. */
  readonly failedStarts: Record<string, number>;
  /** The first few of what was wrong, in words. */
  readonly faults: string[];
}

export interface SoakClientOptions {
  readonly port: number;
  readonly random: () => number;
  readonly tally: CallTally;
  /** The longest pause between calls. */
  readonly pauseMs: number;
  readonly isOver: () => boolean;
}

type Soaking = HubConnection<SoakHub>;

const transports = ['WebSockets', 'WebSockets', 'ServerSentEvents', 'LongPolling'] as const;
const callTimeoutMs = 30_000;
const pauseAfterFailureMs = 200;
const maximumFaults = 20;
const lost = Symbol('lost');

/** One client until the soak is over: connects, calls, streams, joins and leaves groups, goes and comes back. */
export async function runClient(options: SoakClientOptions): Promise<void> {
  while (!options.isOver()) {
    const transport = pick(transports, options.random);
    const hub = build(transport, options);
    const startMs = performance.now();
    try {
      await hub.start();
    } catch (error) {
      const text = String(error);
      options.tally.failedStarts[text] = (options.tally.failedStarts[text] ?? 0) + 1;
      // Nothing that was cut takes that long to notice.
      if (performance.now() - startMs > callTimeoutMs) {
        options.tally.lostStarts += 1;
        note(
          options.tally,
          `a start over ${transport} hung: ${text}${error instanceof Error ? ` ${String(error.cause)} ${error.stack ?? ''}` : ''}`,
        );
      }
      await pause(pauseAfterFailureMs);
      continue;
    }
    options.tally.connects += 1;
    await useHub(hub, options);
    await hub.stop();
  }
}

function build(transport: (typeof transports)[number], { port, random }: SoakClientOptions): Soaking {
  const builder = new HubConnectionBuilder<SoakHub>().withUrl(`http://127.0.0.1:${port}/hub`, {
    transport: HttpTransportType[transport],
  });
  const isBinary = transport !== 'ServerSentEvents' && random() < 0.5;
  const hub = (isBinary ? builder.withHubProtocol(new MessagePackHubProtocol()) : builder).build();
  hub.on('told', () => {});
  return hub;
}

/** Calls until the connection breaks, the client has had enough, or all is over. */
async function useHub(hub: Soaking, options: SoakClientOptions): Promise<void> {
  const { random, isOver, pauseMs, tally } = options;
  for (let left = 5 + random() * 100; left > 0 && !isOver(); left -= 1) {
    await pause(random() * pauseMs);
    if (hub.state !== HubConnectionState.Connected) return;
    await Promise.all(Array.from({ length: 1 + Math.floor(random() * 3) }, () => makeCall(hub, random, tally)));
  }
}

async function makeCall(hub: Soaking, random: () => number, tally: CallTally): Promise<void> {
  tally.made += 1;
  const call = chooseCall(hub, random);
  const { name, expected } = call;
  try {
    const answer = await withLimit(call.run());
    if (answer === lost) {
      tally.lost += 1;
      note(tally, `${name} was not answered`);
    } else if (JSON.stringify(answer) === JSON.stringify(expected)) tally.answered += 1;
    else {
      tally.wrong += 1;
      note(tally, `${name}: ${JSON.stringify(answer)} in place of ${JSON.stringify(expected)}`);
    }
  } catch (error) {
    // The state follows in the same turn or the next.
    await pause(50);
    if (hub.state !== HubConnectionState.Connected) tally.cut += 1;
    else {
      tally.wrong += 1;
      note(tally, `${name}: ${String(error)}`);
    }
  }
}

interface Call {
  readonly name: string;
  readonly expected: unknown;
  run(): Promise<unknown>;
}

function chooseCall(hub: Soaking, random: () => number): Call {
  const number = Math.floor(random() * 1_000);
  const items = number % 100;
  const group = `group-${number % 200}`;
  const text = String(number).repeat(1 + (number % 200));
  const calls: readonly (() => Call)[] = [
    () => ({ name: 'add', expected: number + 1, run: () => hub.invoke.add(number, 1) }),
    () => ({ name: 'shout', expected: `${text}!`, run: () => hub.invoke.shout(text) }),
    () => ({ name: 'count', expected: upTo(items), run: () => collect(hub.stream.count(items)) }),
    () => ({ name: 'sum', expected: (items * (items - 1)) / 2, run: () => hub.invoke.sum(from(upTo(items))) }),
    () => ({ name: 'join', expected: undefined, run: () => hub.invoke.join(group) }),
    () => ({ name: 'leave', expected: undefined, run: () => hub.invoke.leave(group) }),
    () => ({ name: 'tell', expected: undefined, run: () => hub.invoke.tell(group, text) }),
  ];
  return pick(calls, random)();
}

async function collect(stream: AsyncIterable<number>): Promise<number[]> {
  const items: number[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

async function* from(items: readonly number[]): AsyncGenerator<number> {
  yield* items;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function withLimit<T>(call: Promise<T>): Promise<T | typeof lost> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof lost>((resolve) => {
    timer = setTimeout(() => resolve(lost), callTimeoutMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

function note(tally: CallTally, fault: string): void {
  if (tally.faults.length < maximumFaults) tally.faults.push(fault.slice(0, 300));
}

function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
