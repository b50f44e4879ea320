import type { Clock } from './clock.ts';

interface Deadline {
  readonly atMs: number;
  readonly expire: () => void;
}

/** Ends what takes too long: any number of deadlines of one length, on one timer that runs only while there are some. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  /** The next one to expire is the first, as all are of one length. */
  readonly #running = new Set<Deadline>();
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  /** Calls `expire` unless the returned function is called in time, which then says `true`. */
  start(expire: () => void): () => boolean {
    const deadline: Deadline = { atMs: this.#clock.now() + this.#lengthMs, expire };
    this.#running.add(deadline);
    this.#stopTimer ??= this.#clock.every(Math.min(1_000, Math.max(10, this.#lengthMs / 4)), () => this.#sweep());
    return () => this.#remove(deadline);
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    for (const deadline of this.#running) {
      if (deadline.atMs > nowMs) return;
      this.#remove(deadline);
      deadline.expire();
    }
  }

  #remove(deadline: Deadline): boolean {
    if (!this.#running.delete(deadline)) return false;
    if (this.#running.size === 0) {
      this.#stopTimer?.();
      this.#stopTimer = undefined;
    }
    return true;
  }
}
