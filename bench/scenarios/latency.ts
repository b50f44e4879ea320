import { bytesOf } from '../contenders/codec.ts';
import { payload } from '../load/payload.ts';
import { LoadSession, type Counters } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

const bytes = 64;
const maximumTimes = 1_000_000;

/** One connection, one call at a time, nothing else: how long a call takes when nobody is in its way. */
async function openLatency(context: WorkloadContext): Promise<Workload> {
  const { codec } = context.contender;
  const session = new LoadSession(context, codec);
  await session.open(1);
  const link = session.links[0]!;
  const text = payload(0, bytes);
  const ring = link.ring([codec.call({ id: 0, method: 'echo', arguments: [text], session: link.session })]);
  const counters: Counters = { finished: 0, checked: 0 };
  const times = new Float64Array(maximumTimes);
  let windowStart = 0;
  let isRunning = false;
  let isWaiting = false;
  let sentAt = 0;
  const call = (): void => {
    isWaiting = true;
    sentAt = performance.now();
    link.send(ring, 0, 1);
  };
  link.onMessage = (kind, message) => {
    if (kind !== 'reply') return;
    times[(counters.finished - windowStart) % maximumTimes] = performance.now() - sentAt;
    isWaiting = false;
    if (counters.finished % context.checkEvery === 0) {
      const { value } = codec.readReply(bytesOf(message));
      if (value !== text) throw new Error(`A call was answered with ${String(value)}`);
      counters.checked += 1;
    }
    counters.finished += 1;
  };
  link.onTurn = () => {
    if (isRunning && !isWaiting) call();
  };
  return {
    measure: (seconds) =>
      session.measure(seconds, counters, {
        start: () => {
          isRunning = true;
          call();
        },
        stop: () => (isRunning = false),
        isDrained: () => !isWaiting,
        onWindow: () => (windowStart = counters.finished),
        metrics: () => percentiles(times.subarray(0, Math.min(counters.finished - windowStart, maximumTimes))),
      }),
    close: async () => session.close(),
  };
}

function percentiles(times: Float64Array): { p50Micros: number; p99Micros: number } {
  const sorted = times.toSorted();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)]! * 1e3;
  return { p50Micros: at(0.5), p99Micros: at(0.99) };
}

export const latencyScenarios: readonly Scenario[] = [
  {
    name: 'latency',
    title: 'A lone call',
    isInQuick: true,
    about: 'One connection, one call of 64 bytes at a time: how long until the answer is there.',
    needs: 'calls',
    links: ['WebSockets'],
    metrics: ['p50Micros', 'p99Micros', 'serverMicros'],
    operations: 'calls',
    open: openLatency,
  },
];
