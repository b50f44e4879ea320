import { bytesOf, type Method } from '../contenders/codec.ts';
import { payload } from '../load/payload.ts';
import { LoadSession, type Counters } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

interface Shape {
  readonly connections: number;
  readonly receivers: number;
  /** Messages on their way to all receivers at a time. */
  readonly inFlight: number;
  readonly method: Extract<Method, 'broadcast' | 'sendToGroup'>;
}

const bytes = 100;
const distinctTexts = 8;
const callsAtOnce = 64;

/** One connection asks for messages to many, the next as soon as the one `inFlight` before has reached everybody. */
async function openFanOut(context: WorkloadContext, shape: Shape): Promise<Workload> {
  const codec = context.contender.roomCodec ?? context.contender.codec;
  const session = new LoadSession(context, codec);
  await session.open(Math.max(4, Math.round(shape.connections * context.scale)));
  const receivers = session.links.slice(0, Math.max(2, Math.round(shape.receivers * context.scale)));
  const joining = shape.method === 'sendToGroup' ? 'join' : codec.subscribes === true ? 'subscribe' : undefined;
  if (joining !== undefined) {
    for (let first = 0; first < receivers.length; first += callsAtOnce) {
      await Promise.all(receivers.slice(first, first + callsAtOnce).map((link) => session.call(link, joining)));
    }
  }

  const texts = Array.from({ length: distinctTexts }, (_, index) => payload(index, bytes));
  const sender = session.links[0]!;
  const ring = sender.ring(
    texts.map((text, id) => codec.call({ id, method: shape.method, arguments: [text], session: sender.session })),
  );
  const counters: Counters = { finished: 0, checked: 0 };
  const state = { isRunning: false };
  let sent = 0;
  const send = (): void => {
    const reachedAll = Math.floor(counters.finished / receivers.length);
    while (state.isRunning && sent - reachedAll < shape.inFlight) {
      sender.send(ring, sent, 1);
      sent += 1;
    }
  };
  for (const [index, link] of receivers.entries()) {
    let received = 0;
    link.onMessage = (kind, message) => {
      // Answers to what the sender asks for; they tell of errors.
      if (kind === 'reply') codec.readReply(bytesOf(message));
      if (kind !== 'push') return;
      if ((received + index) % context.checkEvery === 0) {
        const text = codec.readPush(bytesOf(message));
        if (text !== texts[received % distinctTexts]) throw new Error(`A receiver was sent ${String(text)}`);
        counters.checked += 1;
      }
      received += 1;
      counters.finished += 1;
    };
    link.onTurn = send;
  }
  return {
    measure: (seconds) =>
      session.measure(seconds, counters, {
        start: () => {
          state.isRunning = true;
          send();
        },
        stop: () => (state.isRunning = false),
        isDrained: () => counters.finished === sent * receivers.length,
      }),
    close: async () => session.close(),
  };
}

const fanOut = {
  links: ['WebSockets'],
  metrics: ['perSecond', 'serverMicros'],
  operations: 'deliveries',
} as const;

export const fanOutScenarios: readonly Scenario[] = [
  {
    ...fanOut,
    name: 'broadcast',
    title: 'Broadcast to 1,000',
    isInQuick: true,
    about: '100 bytes to each of 1,000 connections, four such broadcasts on their way at a time.',
    needs: 'broadcast',
    open: (context) => openFanOut(context, { connections: 1_000, receivers: 1_000, inFlight: 4, method: 'broadcast' }),
  },
  {
    ...fanOut,
    name: 'broadcast-one',
    title: 'Broadcast to 1,000, one at a time',
    about: '100 bytes to each of 1,000 connections; the next broadcast starts when all have the last.',
    needs: 'broadcast',
    open: (context) => openFanOut(context, { connections: 1_000, receivers: 1_000, inFlight: 1, method: 'broadcast' }),
  },
  {
    ...fanOut,
    name: 'group',
    title: 'A group of 100 among 5,000',
    about:
      '100 bytes to each of the 100 members of a group, four such messages on their way at a time; 4,900 others idle.',
    needs: 'groups',
    open: (context) => openFanOut(context, { connections: 5_000, receivers: 100, inFlight: 4, method: 'sendToGroup' }),
  },
];
