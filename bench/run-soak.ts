import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { heapTrend, isGrowing, type HeapSample, type HeapTrend } from './soak/heap-trend.ts';
import { runClients, type ClientsReport, type SoakOrder } from './soak/soak-clients.ts';
import { runServer, type ServerReport } from './soak/soak-server.ts';

const usage = `npm run soak --workspace @hubwire/bench -- [options]

  --seconds N    how long the clients are at it (600)
  --clients N    how many there are (1000)
  --rate N       how many calls a second they make, all together (800)
  --seed N       what they do; printed, so that a run can be made again (by chance)
`;

const [role] = process.argv.slice(2);
if (role === 'server') await runServer();
else if (role === 'clients') runClients();
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      clients: { type: 'string', default: '1000' },
      rate: { type: 'string', default: '800' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [durationMs, clients, seed] = [Number(values.seconds) * 1_000, Number(values.clients), Number(values.seed)];
  console.error(`seed ${seed}, ${clients} clients, ${values.rate} calls/s, ${values.seconds} s`);
  const result = await soak({ durationMs, clients, callsPerSecond: Number(values.rate), seed });
  console.log(JSON.stringify(result, undefined, 2));
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}

interface SoakResult {
  /** Empty when all is as it should be. */
  readonly failures: readonly string[];
  readonly seed: number;
  readonly clients: number;
  readonly seconds: number;
  readonly calls: ClientsReport['calls'];
  readonly cuts: number;
  readonly heap: HeapTrend;
  readonly atTheEnd: ServerReport;
}

async function soak(order: Omit<SoakOrder, 'port'>): Promise<SoakResult> {
  const server = startProcess('server', ['--expose-gc']);
  const [{ port }] = (await once(server, 'message')) as [{ readonly port: number }];
  const clients = startProcess('clients');
  clients.send({ ...order, port } satisfies SoakOrder);
  const samples: HeapSample[] = [];
  const over = once(clients, 'message') as Promise<[ClientsReport]>;
  const ended = once(clients, 'exit').then(() => {
    throw new Error('The clients ended before their time.');
  });
  try {
    const [{ calls, cuts }] = await whileSampling(Promise.race([over, ended]), order.durationMs, async () => {
      const { bytes } = await ask(server);
      samples.push({ atMs: performance.now(), bytes });
    });
    const atTheEnd = await atRest(server);
    const heap = heapTrend(samples);
    const { seed, durationMs } = order;
    const result = { seed, clients: order.clients, seconds: durationMs / 1_000, calls, cuts, heap, atTheEnd };
    return { failures: failuresOf(result), ...result };
  } finally {
    ended.catch(() => {});
    for (const child of [clients, server]) if (child.connected) child.disconnect();
  }
}

/** Takes some sixty samples while the clients are at it, none of them while they come or go. */
async function whileSampling<T>(work: Promise<T>, durationMs: number, sample: () => Promise<void>): Promise<T> {
  const startMs = performance.now() + durationMs * 0.15;
  const endMs = performance.now() + durationMs * 0.98;
  const over = new AbortController();
  const done = work.finally(() => over.abort());
  done.catch(() => {});
  while (!over.signal.aborted && performance.now() < endMs) {
    if (performance.now() >= startMs) await sample();
    await Promise.race([pause(durationMs / 70), done]);
  }
  return done;
}

/** What the server holds once nothing is going on; the last of several looks when that never comes. */
async function atRest(server: ChildProcess): Promise<ServerReport> {
  for (let look = 0; ; look += 1) {
    const report = await ask(server);
    if (leftovers(report).length === 0 || look >= 60) return report;
    await pause(500);
  }
}

function leftovers({ counters, groups, sockets }: ServerReport): readonly string[] {
  const counts = { connections: counters.connections.open, calls: counters.invocations.running, groups, sockets };
  return Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name} are left`]));
}

function failuresOf({ calls, heap, atTheEnd }: Omit<SoakResult, 'failures'>): readonly string[] {
  const failures = [...leftovers(atTheEnd)];
  if (calls.answered === 0) failures.push('no call was answered');
  if (calls.wrong > 0) failures.push(`${calls.wrong} calls were answered wrongly`);
  if (calls.lost > 0) failures.push(`${calls.lost} calls were lost`);
  if (calls.made !== calls.answered + calls.cut + calls.wrong + calls.lost) failures.push('the calls do not add up');
  if (isGrowing(heap)) failures.push(`the heap grew by ${heap.growthBytes} bytes`);
  for (const [event, { count, first }] of Object.entries(atTheEnd.errors)) {
    failures.push(`the server logged '${event}' ${count} times: ${first}`);
  }
  return failures;
}

function startProcess(role: string, execArgv: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [role], { execArgv: [...process.execArgv, ...execArgv] });
}

async function ask(server: ChildProcess): Promise<ServerReport> {
  const answer = once(server, 'message') as Promise<[ServerReport]>;
  server.send('report');
  return (await answer)[0];
}
