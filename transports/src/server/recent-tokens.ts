/** How many are remembered at most. */
const capacity = 1_000;

/** Remembers the tokens of connections that ended, for a while, so that ending one twice is told from a wrong token. */
export class RecentTokens {
  readonly #lifetimeMs: number;
  readonly #endedAtMs = new Map<string, number>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  add(token: string, nowMs: number): void {
    this.#endedAtMs.set(token, nowMs);
    const [oldest] = this.#endedAtMs.keys();
    if (oldest !== undefined && this.#endedAtMs.size > capacity) this.#endedAtMs.delete(oldest);
  }

  has(token: string, nowMs: number): boolean {
    const endedAtMs = this.#endedAtMs.get(token);
    return endedAtMs !== undefined && nowMs - endedAtMs < this.#lifetimeMs;
  }
}
