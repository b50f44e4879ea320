import { describe, expect, it } from 'vitest';
import { randomId } from './random-id.ts';

describe('randomId', () => {
  it('never repeats and uses every bit', () => {
    const ids = Array.from({ length: 10_000 }, randomId);
    expect(new Set(ids).size).toBe(ids.length);
    let bits = Array.from({ length: 128 }, () => 0);
    for (const id of ids) {
      expect(id).toMatch(/^[\w-]{22}$/u);
      const bytes = Buffer.from(id, 'base64url');
      bits = bits.map((count, bit) => count + ((bytes.readUInt8(bit >> 3) >> (bit & 7)) & 1));
    }
    // 10,000 fair coins: about one run in a hundred million has any of 128 off by 6.5 standard deviations.
    for (const count of bits) expect(Math.abs(count - 5_000)).toBeLessThan(325);
  });
});
