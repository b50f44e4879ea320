/** What a lease begins and ends. */
export interface Leased {
  begin(): void;
  end(): void;
}

/**
 * Keeps something going while anybody uses it. What its users do within one turn counts as one change: React's strict
 * mode, which mounts every component twice, neither begins it twice nor ends it.
 */
export class Lease {
  readonly #leased: Leased;
  #users = 0;
  #isHeld = false;

  constructor(leased: Leased) {
    this.#leased = leased;
  }

  /** Begins a use; returns what ends it, to be called once. */
  take(): () => void {
    this.#change(1);
    return () => this.#change(-1);
  }

  #change(by: number): void {
    this.#users += by;
    queueMicrotask(() => this.#settle());
  }

  #settle(): void {
    const isHeld = this.#users > 0;
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#leased.begin();
    else this.#leased.end();
  }
}
