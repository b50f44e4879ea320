import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cases, type MicroCase, type Operation } from './cases.ts';
import type { Encoding, Side } from './contenders.ts';
import { describeEnvironment } from './environment.ts';
import type { MeasureRequest } from './protocol-process.ts';
import { summarize, toTable, type MicroResult, type Sample } from './summary.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    milliseconds: { type: 'string', default: '15' },
    filter: { type: 'string', default: '' },
    save: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const rounds = Number(values.rounds);
const milliseconds = Number(values.milliseconds);
const encodings: readonly Encoding[] = ['json', 'messagepack'];
const sides: readonly Side[] = ['hubwire', 'official'];

const processes = new Map<string, ChildProcess>();
for (const side of sides)
  for (const encoding of encodings) processes.set(`${side} ${encoding}`, await start(side, encoding));
const results: MicroResult[] = [];
try {
  for (const message of cases.filter(({ name }) => name.includes(values.filter))) {
    for (const operation of message.operations) results.push(...(await compare(message, operation)));
  }
} finally {
  for (const child of processes.values()) child.disconnect();
}
const report = { ...describeEnvironment(), rounds, milliseconds, results };
print(toTable(report.results));
if (values.save) print(`\nwritten to ${save(report)}`);

async function start(side: Side, encoding: Encoding): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./protocol-process.js', import.meta.url)), [side, encoding]);
  child.once('exit', (code) => {
    if (code !== 0) throw new Error(`The process of ${side} ${encoding} ended with ${code}.`);
  });
  await once(child, 'message');
  return child;
}

/** Both sides and both encodings in turn, round by round, so that what disturbs one disturbs all. */
async function compare(message: MicroCase, operation: Operation): Promise<MicroResult[]> {
  const samples = new Map<string, number[]>([...processes.keys()].map((key) => [key, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [...processes] : [...processes].toReversed();
    for (const [key, child] of order) {
      samples.get(key)?.push(await ask(child, { caseName: message.name, operation, milliseconds }));
    }
  }
  const sample = (side: Side, encoding: Encoding): Sample => samples.get(`${side} ${encoding}`) ?? [];
  return encodings.map((encoding) =>
    summarize(
      { message: message.name, operation, encoding },
      sample('hubwire', encoding),
      sample('official', encoding),
    ),
  );
}

async function ask(child: ChildProcess, request: MeasureRequest): Promise<number> {
  const answer = once(child, 'message');
  child.send(request);
  const [nanoseconds]: unknown[] = await answer;
  return Number(nanoseconds);
}

function save(value: object): string {
  const folder = new URL('../../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`micro-${new Date().toISOString().slice(0, 10)}.json`, folder);
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  return fileURLToPath(file);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
