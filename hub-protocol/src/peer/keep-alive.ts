/** What a look at the clock asks for. */
export type KeepAliveVerdict = 'quiet' | 'ping' | 'timeout';

export interface KeepAliveOptions {
  /** A ping is due when nothing was sent for so long; `Infinity` never pings. */
  readonly pingIntervalMs: number;
  /** The peer counts as gone when nothing arrived for so long; `Infinity` waits for ever. */
  readonly timeoutMs: number;
}

/**
 * Decides when to ping and when to give a silent peer up. It owns no timer: the owner tells it the time, so that one
 * timer can serve every connection of a server. Times are milliseconds of any monotonic clock.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #sentAt: number;
  #receivedAt: number;

  constructor(options: KeepAliveOptions, now: number) {
    this.#options = options;
    this.#sentAt = now;
    this.#receivedAt = now;
  }

  sent(now: number): void {
    this.#sentAt = now;
  }

  received(now: number): void {
    this.#receivedAt = now;
  }

  check(now: number): KeepAliveVerdict {
    if (now - this.#receivedAt >= this.#options.timeoutMs) return 'timeout';
    return now - this.#sentAt >= this.#options.pingIntervalMs ? 'ping' : 'quiet';
  }

  /** How long `check` will go on saying `quiet` unless something is received; never less than a millisecond. */
  quietForMs(now: number): number {
    const { timeoutMs, pingIntervalMs } = this.#options;
    return Math.max(1, Math.min(this.#receivedAt + timeoutMs, this.#sentAt + pingIntervalMs) - now);
  }
}
