/** Something that happened to the call of one step. */
export interface Entry {
  readonly step: number;
  /** Such as `started`, `tell 0`, `item 2`, `ended`. */
  readonly what: string;
}

/** What happened, in its order. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  write(step: number, what: string): void {
    this.entries.push({ step, what });
    for (const check of this.#waiting) check();
  }

  /** Only what was of interest to `isWanted`. */
  filter(isWanted: (entry: Entry) => boolean): readonly Entry[] {
    return this.entries.filter(isWanted);
  }

  of(step: number): readonly string[] {
    return this.filter((entry) => entry.step === step).map(({ what }) => what);
  }

  /** Where an entry stands; -1 when it does not. */
  indexOf(step: number, what: string): number {
    return this.entries.findIndex((entry) => entry.step === step && entry.what === what);
  }

  /** Resolves when there are so many entries of a kind. */
  whenThereAre(count: number, what: string): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.entries.filter((entry) => entry.what === what).length < count) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}
