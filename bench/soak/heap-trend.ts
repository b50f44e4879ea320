/** The memory of a process at some time. */
export interface HeapSample {
  readonly atMs: number;
  readonly bytes: number;
}

export interface HeapTrend {
  readonly firstBytes: number;
  readonly lastBytes: number;
  /** Of the straight line through the second half of the samples. */
  readonly bytesPerMinute: number;
  /** What that line grows by from its begin to its end. */
  readonly growthBytes: number;
  /** What may pass for noise. */
  readonly allowedBytes: number;
  /** From 0 to 1: how much of the ups and downs the line explains; near 0 they are what is going on at the time. */
  readonly certainty: number;
}

/** Code that is compiled late and maps that keep their size move the heap this much by themselves. */
const noiseBytes = 1_048_576;
const noiseShare = 0.03;

/** Fits a line through the second half of the samples, by least squares: the first half is for warming up. */
export function heapTrend(samples: readonly HeapSample[]): HeapTrend {
  const half = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (first === undefined || last === undefined || half.length < 3) throw new Error('Too few samples for a trend.');
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanMs, meanBytes] = [mean(half.map(({ atMs }) => atMs)), mean(half.map(({ bytes }) => bytes))];
  const covariance = half.reduce((sum, { atMs, bytes }) => sum + (atMs - meanMs) * (bytes - meanBytes), 0);
  const variance = half.reduce((sum, { atMs }) => sum + (atMs - meanMs) ** 2, 0);
  const spread = half.reduce((sum, { bytes }) => sum + (bytes - meanBytes) ** 2, 0);
  const bytesPerMs = covariance / variance;
  return {
    firstBytes: first.bytes,
    lastBytes: last.bytes,
    bytesPerMinute: Math.round(bytesPerMs * 60_000),
    growthBytes: Math.round(bytesPerMs * (last.atMs - first.atMs)),
    allowedBytes: Math.round(noiseBytes + noiseShare * meanBytes),
    certainty: spread === 0 ? 0 : covariance ** 2 / (variance * spread),
  };
}

/** Whether the memory grows by more than noise does, and steadily. */
export function isGrowing({ growthBytes, allowedBytes, certainty }: HeapTrend): boolean {
  return growthBytes > allowedBytes && certainty > 0.5;
}
