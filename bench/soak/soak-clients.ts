import { setTimeout as pause } from 'node:timers/promises';
import { CuttingProxy } from './cutting-proxy.ts';
import { randomFrom } from './random.ts';
import { runClient, type CallTally } from './soak-client.ts';

/** What the process of the clients is told. */
export interface SoakOrder {
  readonly port: number;
  readonly clients: number;
  /** Of all clients together, when nothing holds them up. */
  readonly callsPerSecond: number;
  readonly durationMs: number;
  readonly seed: number;
}

export interface ClientsReport {
  readonly calls: CallTally;
  readonly cuts: number;
}

/** How often, on average, the line of each client is cut. */
const msBetweenCuts = 60_000;

/** The clients' process: does what its first message says, and answers with what came of it. */
export function runClients(): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (order: SoakOrder) => {
    soak(order).then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

async function soak({ port, clients, callsPerSecond, durationMs, seed }: SoakOrder): Promise<ClientsReport> {
  const proxy = await CuttingProxy.start(port);
  const random = randomFrom(seed);
  const calls: CallTally = {
    made: 0,
    answered: 0,
    cut: 0,
    wrong: 0,
    lost: 0,
    connects: 0,
    lostStarts: 0,
    failedStarts: {},
    faults: [],
  };
  // Two calls at a time on average, after a pause of half the longest on average.
  const pauseMs = (4_000 * clients) / callsPerSecond;
  const endMs = performance.now() + durationMs;
  const isOver = (): boolean => performance.now() >= endMs;
  const cutting = setInterval(() => proxy.cut(random()), msBetweenCuts / clients);
  const running = Array.from({ length: clients }, async (_, index) => {
    // Not all at once: the first seconds are no attack.
    await pause(random() * Math.min(10_000, durationMs / 10));
    await runClient({ port: proxy.port, random: randomFrom(seed + index + 1), tally: calls, pauseMs, isOver });
  });
  await Promise.all(running);
  clearInterval(cutting);
  await proxy.close();
  return { calls, cuts: proxy.cuts };
}
