/** Pauses a connection while anyone holds it, and resumes it when the last one lets go. */
export class ReadingGate {
  readonly #connection: { pause(): void; resume(): void };
  readonly #holders = new Set<object>();

  constructor(connection: { pause(): void; resume(): void }) {
    this.#connection = connection;
  }

  /** `true` while nothing is read, so that silence says nothing of the client. */
  get isHeld(): boolean {
    return this.#holders.size > 0;
  }

  setReading(reading: boolean, holder: object): void {
    if (reading) {
      if (this.#holders.delete(holder) && this.#holders.size === 0) this.#connection.resume();
      return;
    }
    this.#holders.add(holder);
    if (this.#holders.size === 1) this.#connection.pause();
  }
}
