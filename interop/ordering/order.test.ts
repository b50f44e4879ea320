import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lanes } from './testing/lanes.ts';
import { OrderHub } from './testing/order-hub.ts';
import { program } from './testing/program.ts';
import { disorderOf } from './testing/rules.ts';
import { runProgram } from './testing/run-program.ts';
import { ServedHub } from './testing/served-hub.ts';

// The same programs every time; another seed is tried by hand.
const seed = Number(process.env['ORDER_SEED'] ?? 20_261_122);
const numRuns = Number(process.env['ORDER_RUNS'] ?? 40);

describe(`the order of one connection (seed ${seed}, ${numRuns} programs)`, () => {
  let host: ServedHub;
  beforeAll(async () => {
    // Small, so that queues and buffers fill and the connection is held back now and then.
    host = await ServedHub.start(OrderHub, { maximumQueuedInvocations: 3, streamBufferItems: 2 });
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it.each(lanes)('is kept over $name', { timeout: 180_000 }, async (lane) => {
    let messages = 0;
    await fc.assert(
      fc.asyncProperty(program, async (calls) => {
        const run = await runProgram(host, lane, calls);
        messages += run.wire.entries.length;
        expect(disorderOf(run, calls)).toEqual([]);
      }),
      { seed, numRuns },
    );
    expect(messages).toBeGreaterThan(numRuns * 5);
  });
});
