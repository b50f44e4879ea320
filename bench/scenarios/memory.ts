import { setTimeout as delay } from 'node:timers/promises';
import { LoadSession } from '../load/session.ts';
import type { Scenario, Workload, WorkloadContext } from './scenario.ts';

const warmUp = 200;
const step = 5_000;
const settleMs = 500;

/**
 * What the server's process grows by, a connection: empty, with 5,000 idle connections and with 10,000. A few hundred
 * come and go first, so that code and buffers that are there once are not counted.
 */
async function openMemory(context: WorkloadContext): Promise<Workload> {
  const session = new LoadSession(context, context.contender.codec);
  const connections = Math.max(10, Math.round(step * context.scale));
  const settled = async (): Promise<{ rssBytes: number; heapBytes: number }> => {
    await delay(settleMs * Math.sqrt(context.scale));
    return context.serverMemory();
  };
  return {
    measure: async () => {
      const started = performance.now();
      await session.open(Math.round(warmUp * context.scale) + 1);
      for (const link of session.links.splice(0)) link.close();
      const empty = await settled();
      await session.open(connections);
      const first = await settled();
      await session.open(connections);
      const second = await settled();
      const open = session.links.length;
      if (open !== 2 * connections) throw new Error(`${open} connections are open.`);
      const seconds = (performance.now() - started) / 1e3;
      return {
        metrics: {
          rssAt5000: (first.rssBytes - empty.rssBytes) / connections,
          heapAt5000: (first.heapBytes - empty.heapBytes) / connections,
          rssAt10000: (second.rssBytes - empty.rssBytes) / (2 * connections),
          heapAt10000: (second.heapBytes - empty.heapBytes) / (2 * connections),
        },
        serverLoad: Number.NaN,
        generatorLoad: process.cpuUsage().user / 1e6 / seconds,
        checked: open,
        counted: open,
      };
    },
    close: async () => session.close(),
  };
}

export const memoryScenarios: readonly Scenario[] = [
  {
    name: 'memory',
    title: 'Memory of an idle connection',
    about:
      'Resident memory and heap of the server after collecting garbage, above those without connections, by connection.',
    needs: 'broadcast',
    links: ['WebSockets'],
    metrics: ['rssAt5000', 'heapAt5000', 'rssAt10000', 'heapAt10000'],
    operations: 'connections',
    isFreshEachRound: true,
    maximumRounds: 5,
    open: openMemory,
  },
];
