import { cases, type Operation } from './cases.ts';
import { createContender, type Encoding, type Side } from './contenders.ts';

/** What the benchmark asks of the process of one contender. */
export interface MeasureRequest {
  readonly caseName: string;
  readonly operation: Operation;
  readonly milliseconds: number;
}

const [side, encoding] = process.argv.slice(2) as [Side, Encoding];
const contender = createContender(side, encoding);

const warmUpMilliseconds = 5;
const runs = new Map(
  cases.flatMap((message) => [
    [`${message.name} write`, contender.writer(message)],
    [`${message.name} parse`, contender.reader(message)],
  ]),
);

/** Nanoseconds of this process's CPU time per call, garbage collection included. */
function measure(run: () => number, milliseconds: number): number {
  let iterations = 1;
  for (;;) {
    const before = process.cpuUsage();
    for (let index = 0; index < iterations; index++) run();
    const { user, system } = process.cpuUsage(before);
    const microseconds = user + system;
    if (microseconds >= milliseconds * 900) return (microseconds * 1000) / iterations;
    iterations = Math.ceil(iterations * Math.min(10, (milliseconds * 1100) / Math.max(microseconds, 1)));
  }
}

// All messages first: on a connection the same code meets all of them, and is compiled for all of them.
for (let pass = 0; pass < 3; pass++) {
  for (const run of runs.values()) measure(run, warmUpMilliseconds);
}

process.on('message', ({ caseName, operation, milliseconds }: MeasureRequest) => {
  const run = runs.get(`${caseName} ${operation}`);
  if (run === undefined) throw new Error(`No such case: ${caseName}`);
  process.send?.(measure(run, milliseconds));
});
process.send?.('ready');
