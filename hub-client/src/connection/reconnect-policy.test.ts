import { describe, expect, it } from 'vitest';
import { exponentialBackoff, fixedDelays, type RetryPolicy } from './reconnect-policy.ts';

function delays(policy: RetryPolicy, count: number): (number | null)[] {
  return Array.from({ length: count }, (_, previousRetryCount) =>
    policy.nextRetryDelayInMilliseconds({ previousRetryCount, elapsedMilliseconds: 0, retryReason: new Error() }),
  );
}

describe('fixedDelays', () => {
  it('waits 0, 2, 10 and 30 seconds unless told otherwise', () => {
    expect(delays(fixedDelays(), 6)).toEqual([0, 2_000, 10_000, 30_000, null, null]);
  });

  it('keeps its delays when the array changes later', () => {
    const given = [5];
    const policy = fixedDelays(given);
    given[0] = 7;
    expect(delays(policy, 2)).toEqual([5, null]);
  });
});

describe('exponentialBackoff', () => {
  it('doubles the bound of a random delay up to the maximum, without end', () => {
    const policy = exponentialBackoff({ random: () => 0.5 });
    expect(delays(policy, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(delays(exponentialBackoff(), 5_000).at(-1)).toBeLessThan(30_000);
  });

  it('spreads over the whole range', () => {
    expect(delays(exponentialBackoff({ random: () => 0 }), 3)).toEqual([0, 0, 0]);
  });

  it('gives up after the attempts that it may make', () => {
    expect(delays(exponentialBackoff({ maximumAttempts: 2, random: () => 0 }), 3)).toEqual([0, 0, null]);
  });
});
