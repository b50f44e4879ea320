/** Time as the client sees it: replaced in tests. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Calls back once after `delayMs`, unless the function it returns is called before. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** `setTimeout` fires at once for anything longer. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, longestTimerMs));
    return () => clearTimeout(timer);
  },
};
