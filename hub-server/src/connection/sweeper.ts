/** What a sweep looks after. */
export interface Swept {
  /** Looks at the clock. `now` is in milliseconds of a monotonic clock. */
  sweep(now: number): void;
}

/**
 * One timer for the keep-alives and timeouts of all connections. It also is their coarse clock: `now` moves with
 * every sweep and every new member, so that marking a connection as active costs no system call.
 */
export class Sweeper {
  readonly #members = new Set<Swept>();
  readonly #intervalMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #now = performance.now();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  get now(): number {
    return this.#now;
  }

  add(member: Swept): void {
    this.#members.add(member);
    this.#now = performance.now();
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#sweep(), this.#intervalMs);
    this.#timer.unref();
  }

  delete(member: Swept): void {
    this.#members.delete(member);
    if (this.#members.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sweep(): void {
    this.#now = performance.now();
    for (const member of this.#members) member.sweep(this.#now);
  }
}
