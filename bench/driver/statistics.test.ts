import { describe, expect, it } from 'vitest';
import { figureOf, median, ratioOf } from './statistics.ts';

describe('median', () => {
  it('is the one in the middle, or between the two', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('figures', () => {
  it('tell the extremes', () => {
    expect(figureOf([5, 1, 3])).toEqual({ median: 3, smallest: 1, largest: 5 });
  });

  it('compare each round with itself, so that a slow round cancels out', () => {
    expect(ratioOf([10, 100, 20], [20, 200, 40])).toEqual({ median: 0.5, smallest: 0.5, largest: 0.5 });
  });
});
