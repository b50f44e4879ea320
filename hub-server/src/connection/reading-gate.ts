/** Pauses a connection while anyone holds it, and resumes it when the last one lets go. */
export class ReadingGate {
  readonly #connection: { pause(): void; resume(): void };
  #holders: Set<object> | undefined;

  constructor(connection: { pause(): void; resume(): void }) {
    this.#connection = connection;
  }

  setReading(reading: boolean, holder: object): void {
    if (reading) {
      if (this.#holders?.delete(holder) === true && this.#holders.size === 0) this.#connection.resume();
      return;
    }
    this.#holders ??= new Set();
    this.#holders.add(holder);
    if (this.#holders.size === 1) this.#connection.pause();
  }
}
