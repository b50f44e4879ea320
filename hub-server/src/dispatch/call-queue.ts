/** Who runs the calls of a queue. */
export interface CallRunner<TCall> {
  /** Whether a call has to wait for a slot when its turn comes. */
  needsSlot(call: TCall): boolean;
  startCall(call: TCall): void;
}

/**
 * Which calls of one connection run and which wait, first come first served. Only calls that go asynchronous take a
 * slot: a synchronous one is over before the next can be asked about. Every call waits until the queue is opened.
 */
export class CallQueue<TCall> {
  readonly #slots: number;
  readonly #runner: CallRunner<TCall>;
  #state: 'unopened' | 'open' | 'closed' = 'unopened';
  #waiting: TCall[] | undefined;
  #running = 0;

  constructor(slots: number, runner: CallRunner<TCall>) {
    this.#slots = slots;
    this.#runner = runner;
  }

  get waiting(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Starts a call now, or when those before it have started and a slot is free. */
  submit(call: TCall): void {
    if (this.#state === 'closed') return;
    if (this.waiting === 0 && this.#mayStart(call)) {
      this.#runner.startCall(call);
      return;
    }
    this.#waiting ??= [];
    this.#waiting.push(call);
  }

  /** Lets the calls begin. */
  open(): void {
    if (this.#state !== 'unopened') return;
    this.#state = 'open';
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

  /** Takes the first waiting call that matches out of the queue. */
  remove(matches: (call: TCall) => boolean): TCall | undefined {
    const index = this.#waiting?.findIndex(matches) ?? -1;
    if (index < 0) return undefined;
    const [removed] = this.#waiting?.splice(index, 1) ?? [];
    // The one behind it may be of a kind that need not wait.
    this.#startWaiting();
    return removed;
  }

  /** Drops the calls that have not started, and all that may still come. */
  close(): void {
    this.#state = 'closed';
    this.#waiting = undefined;
  }

  #mayStart(call: TCall): boolean {
    return this.#state === 'open' && (this.#running < this.#slots || !this.#runner.needsSlot(call));
  }

  #startWaiting(): void {
    for (let next = this.#waiting?.[0]; next !== undefined && this.#mayStart(next); next = this.#waiting?.[0]) {
      this.#waiting?.shift();
      this.#runner.startCall(next);
    }
  }
}
