/**
 * Which calls of one connection run and which wait, first come first served. Only calls that go asynchronous take a
 * slot: a synchronous one is over before the next can be asked about. Every call waits until the queue is opened.
 */
export class CallQueue<TCall> {
  readonly #slots: number;
  readonly #start: (call: TCall) => void;
  #waiting: TCall[] = [];
  #running = Number.POSITIVE_INFINITY;

  constructor(slots: number, start: (call: TCall) => void) {
    this.#slots = slots;
    this.#start = start;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Starts a call now, or when those before it have started and a slot is free. */
  submit(call: TCall): void {
    if (this.#running >= this.#slots || this.#waiting.length > 0) this.#waiting.push(call);
    else this.#start(call);
  }

  /** Lets the calls begin. */
  open(): void {
    this.#running = 0;
    this.#startWaiting();
  }

  /** A started call goes on asynchronously and keeps others waiting. */
  takeSlot(): void {
    this.#running += 1;
  }

  /** A call that took a slot is over, or does not need it any more. */
  freeSlot(): void {
    this.#running -= 1;
    this.#startWaiting();
  }

  /** Drops the calls that have not started and gives them back. */
  clear(): readonly TCall[] {
    return this.#waiting.splice(0);
  }

  #startWaiting(): void {
    while (this.#running < this.#slots) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#start(next);
    }
  }
}
