import type { Clock } from '../connection/clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Lets everything that is ready run: microtasks, and what they start. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer = { dueAt: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Runs the timers that come due, each at its time, with everything that follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.dueAt);
      const { callback } = next;
      this.#timers = this.#timers.filter((other) => other !== next);
      callback();
      await settled();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter(({ dueAt }) => dueAt <= end).toSorted((a, b) => a.dueAt - b.dueAt)[0];
  }
}
