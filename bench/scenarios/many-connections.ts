import { bytesOf } from '../contenders/codec.ts';
import { payload } from '../load/payload.ts';
import { LoadSession, type Counters } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

const inFlight = 100;
const bytes = 64;
const distinctTexts = 16;

/** A hundred calls are under way at any time, whatever the number of connections; each connection has its turn. */
async function openManyConnections(context: WorkloadContext, connections: number): Promise<Workload> {
  const { codec } = context.contender;
  const session = new LoadSession(context, codec);
  await session.open(Math.max(inFlight, Math.round(connections * context.scale)));
  const { links } = session;
  const texts = Array.from({ length: distinctTexts }, (_, index) => payload(index, bytes));
  const ring = links[0]!.ring(
    texts.map((text, id) => codec.call({ id, method: 'echo', arguments: [text], session: '' })),
  );
  const counters: Counters = { finished: 0, checked: 0 };
  const sentBy = new Uint32Array(links.length);
  let isRunning = false;
  let sent = 0;
  let turn = 0;
  const call = (): void => {
    if (!isRunning) return;
    links[turn]!.send(ring, sentBy[turn]!, 1);
    sentBy[turn]! += 1;
    sent += 1;
    turn = (turn + 1) % links.length;
  };
  for (const link of links) {
    let answered = 0;
    link.onMessage = (kind, message) => {
      if (kind !== 'reply') return;
      if (counters.finished % context.checkEvery === 0) {
        const expected = answered % distinctTexts;
        const { id, value } = codec.readReply(bytesOf(message));
        if (id !== expected || value !== texts[expected])
          throw new Error(`Call ${expected} was answered with ${id}: ${String(value)}`);
        counters.checked += 1;
      }
      answered += 1;
      counters.finished += 1;
      call();
    };
  }
  return {
    measure: (seconds) =>
      session.measure(seconds, counters, {
        start: () => {
          isRunning = true;
          for (let index = 0; index < inFlight; index += 1) call();
        },
        stop: () => (isRunning = false),
        isDrained: () => counters.finished === sent,
      }),
    close: async () => session.close(),
  };
}

/** The numbers of connections, each a table of its own. */
export const connectionCounts = [100, 1_000, 5_000] as const;

export const manyConnectionsScenarios: readonly Scenario[] = connectionCounts.map((count) => ({
  name: `connections-${count}`,
  title: `Calls over ${count.toLocaleString('en-US')} connections`,
  about: `A hundred calls of 64 bytes under way at a time, going round ${count.toLocaleString('en-US')} connections.`,
  needs: 'calls',
  links: ['WebSockets'],
  metrics: ['serverMicros', 'perSecond'],
  operations: 'calls',
  open: (context) => openManyConnections(context, count),
}));
