/** What a queue knows a call by. */
export interface QueuedCall {
  readonly message: { readonly invocationId?: string };
}

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
export class CallQueue<TCall extends QueuedCall> {
  readonly #slots: number;
  readonly #runner: CallRunner<TCall>;
  #state: 'unopened' | 'open' | 'closed' = 'unopened';
  #waiting: Set<TCall> | undefined;
  /** Of calls with the same id the first: a client may cancel as many as it likes, and a search through all would add up. */
  #byId: Map<string, TCall> | undefined;
  #running = 0;

  constructor(slots: number, runner: CallRunner<TCall>) {
    this.#slots = slots;
    this.#runner = runner;
  }

  get waiting(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Starts a call now, or when those before it have started and a slot is free. */
  submit(call: TCall): void {
    if (this.#state === 'closed') return;
    if (this.waiting === 0 && this.#mayStart(call)) {
      this.#runner.startCall(call);
      return;
    }
    this.#waiting ??= new Set();
    this.#waiting.add(call);
    const { invocationId } = call.message;
    if (invocationId === undefined) return;
    this.#byId ??= new Map();
    if (!this.#byId.has(invocationId)) this.#byId.set(invocationId, call);
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

  /** Takes the waiting call with this id out of the queue. */
  remove(invocationId: string): TCall | undefined {
    const removed = this.#byId?.get(invocationId);
    if (removed === undefined) return undefined;
    this.#take(removed);
    // The one behind it may be of a kind that need not wait.
    this.#startWaiting();
    return removed;
  }

  /** Drops the calls that have not started, and all that may still come. */
  close(): void {
    this.#state = 'closed';
    this.#waiting = undefined;
    this.#byId = undefined;
  }

  #mayStart(call: TCall): boolean {
    return this.#state === 'open' && (this.#running < this.#slots || !this.#runner.needsSlot(call));
  }

  #startWaiting(): void {
    // A call that is started may start, add and remove others: the set's iterator follows.
    for (const next of this.#waiting ?? []) {
      if (!this.#mayStart(next)) return;
      this.#take(next);
      this.#runner.startCall(next);
    }
  }

  #take(call: TCall): void {
    const { invocationId } = call.message;
    this.#waiting?.delete(call);
    if (invocationId !== undefined && this.#byId?.get(invocationId) === call) this.#byId.delete(invocationId);
  }
}
