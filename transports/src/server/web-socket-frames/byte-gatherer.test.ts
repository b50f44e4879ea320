import { describe, expect, it } from 'vitest';
import { ByteGatherer } from './byte-gatherer.ts';

describe('ByteGatherer', () => {
  it('joins what comes byte by byte in at most twice the memory', () => {
    const gatherer = new ByteGatherer(Buffer.from([0]), 100_000);
    for (let count = 1; count < 10_000; count++) {
      gatherer.append(Buffer.from([count & 0xff]), 100_000);
      expect(gatherer.length).toBe(count + 1);
      expect(gatherer.bytes.buffer.byteLength).toBeLessThanOrEqual(Math.max(32, 2 * (count + 1)));
    }
    expect([...gatherer.bytes.subarray(254, 259)]).toEqual([254, 255, 0, 1, 2]);
  });

  it('takes no more than will ever come', () => {
    const gatherer = new ByteGatherer(Buffer.alloc(60), 100);
    gatherer.append(Buffer.alloc(40), 100);
    expect(gatherer.bytes.buffer.byteLength).toBe(100);
  });
});
