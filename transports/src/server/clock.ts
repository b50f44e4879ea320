/** Where an endpoint takes its time from: one repeating timer is all it needs. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls `tick` every `intervalMs` until the returned function is called. MUST NOT keep the process alive. */
  every(intervalMs: number, tick: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  every(intervalMs, tick) {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
