/** The middle one, or what is halfway between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

export interface Figure {
  readonly median: number;
  readonly smallest: number;
  readonly largest: number;
}

export function figureOf(values: readonly number[]): Figure {
  return { median: median(values), smallest: Math.min(...values), largest: Math.max(...values) };
}

/** Each round's own ratio, so that what slowed a whole round down cancels out. */
export function ratioOf(values: readonly number[], reference: readonly number[]): Figure {
  return figureOf(values.map((value, round) => value / (reference[round] ?? Number.NaN)));
}
