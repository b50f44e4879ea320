import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { choosePinning, pinned } from './driver/pinning.ts';
import type { TransportName } from './slow-consumer/paused-reader.ts';
import { runClients, type ReadersOrder, type ReadersReport } from './slow-consumer/slow-clients.ts';
import { runServer, type BroadcastOrder, type BroadcastReport } from './slow-consumer/slow-server.ts';

const usage = `npm run slow-consumer --workspace @hubwire/bench -- [options]

  --transport NAME WebSockets, ServerSentEvents or LongPolling; may be repeated (all three)
  --rounds N       rounds of every transport, with and without (7)
  --seconds N      how long is broadcast in each (10); a second before that warms up
  --readers N      who read (99); one more does not
  --bytes N        size of a message (8192)
  --per-second N   broadcasts (100)
`;

const transports: readonly TransportName[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];
const pinning = choosePinning();
const [role] = process.argv.slice(2);
if (role === 'server') await runServer();
else if (role === 'clients') runClients();
else await main();

interface Plan extends BroadcastOrder {
  readonly rounds: number;
  readonly readers: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      transport: { type: 'string', multiple: true, default: [...transports] },
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '10' },
      readers: { type: 'string', default: '99' },
      bytes: { type: 'string', default: '8192' },
      'per-second': { type: 'string', default: '100' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const plan: Plan = {
    rounds: Number(values.rounds),
    readers: Number(values.readers),
    bytes: Number(values.bytes),
    perSecond: Number(values['per-second']),
    durationMs: Number(values.seconds) * 1_000,
  };
  const rows: Row[] = [];
  for (const transport of transports.filter((name) => values.transport.includes(name)))
    rows.push(await measure(transport, plan));
  console.table(Object.fromEntries(rows.map(({ transport, ...cells }) => [transport, cells])));
}

/** What is printed of one transport; times and sizes are medians of the rounds. */
interface Row {
  readonly transport: TransportName;
  readonly 'p99 ms without': number;
  readonly 'p99 ms with': number;
  /** Median, least and largest of the rounds' own ratios. */
  readonly ratio: string;
  readonly 'p50 ms without': number;
  readonly 'p50 ms with': number;
  readonly 'peak MiB without': number;
  readonly 'peak MiB with': number;
  /** Of how many rounds the paused reader was let go. */
  readonly 'let go': string;
  /** Of what the others should have got. */
  readonly 'delivered %': number;
}

interface Cell extends ReadersReport, BroadcastReport {}

async function measure(transport: TransportName, plan: Plan): Promise<Row> {
  const without: Cell[] = [];
  const paused: Cell[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    // At the same time: whatever else keeps the machine from running falls on both.
    const [alone, beside] = await Promise.all([runCell(transport, false, plan), runCell(transport, true, plan)]);
    without.push(alone);
    paused.push(beside);
  }
  const ratios = paused.map(({ p99Ms }, round) => p99Ms / (without[round]?.p99Ms ?? Number.NaN));
  const all = [...without, ...paused];
  const expected = all.reduce((sum, { sent }) => sum + sent * plan.readers, 0);
  const mib = (cells: readonly Cell[]): number => round1(median(cells.map((cell) => cell.peakRssBytes)) / 1_048_576);
  return {
    transport,
    'p99 ms without': round1(median(without.map(({ p99Ms }) => p99Ms))),
    'p99 ms with': round1(median(paused.map(({ p99Ms }) => p99Ms))),
    ratio: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
    'p50 ms without': round1(median(without.map(({ p50Ms }) => p50Ms))),
    'p50 ms with': round1(median(paused.map(({ p50Ms }) => p50Ms))),
    'peak MiB without': mib(without),
    'peak MiB with': mib(paused),
    'let go': `${paused.filter(({ open }) => open === plan.readers).length} of ${plan.rounds}`,
    'delivered %': round1((100 * all.reduce((sum, { delivered }) => sum + delivered, 0)) / expected),
  };
}

/** One measurement, in processes of its own. */
async function runCell(transport: TransportName, hasPaused: boolean, plan: Plan): Promise<Cell> {
  const server = startProcess('server', pinning?.serverCore);
  const clients = startProcess('clients', pinning?.generatorCore);
  try {
    const { port } = await next<{ readonly port: number }>(server);
    const { readers, rounds: _rounds, ...broadcast } = plan;
    clients.send({ port, transport, readers, hasPaused } satisfies ReadersOrder);
    await next(clients);
    server.send(broadcast);
    const sent = await next<BroadcastReport>(server);
    clients.send('report');
    return { ...sent, ...(await next<ReadersReport>(clients)) };
  } finally {
    const left = [server, clients].filter(({ connected }) => connected);
    const ended = left.map((child) => once(child, 'exit'));
    for (const child of left) child.disconnect();
    await Promise.all(ended);
  }
}

function startProcess(name: string, core: number | undefined): ChildProcess {
  const [program, args] = pinned(core, [process.execPath, fileURLToPath(import.meta.url), name]);
  return spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** The next message of a process; rejects when it ends before. */
async function next<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('A process ended before its time.');
  });
  ended.catch(() => {});
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T];
    return message;
  } finally {
    over.abort();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
