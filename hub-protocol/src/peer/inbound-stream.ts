/** What the owner of an inbound stream wants to know. */
export interface InboundStreamOwner {
  /** The consumer took an item and the buffer, which was full, has room again. */
  onRoom(): void;
  /** The consumer left early (`break`, `return`, `throw`): no more items are wanted. */
  onAbandoned(): void;
}

type Result<T> = IteratorResult<T, undefined>;

/** What an iterator says when there is no more. */
export const finished: Result<never> = { done: true, value: undefined };

/**
 * A stream that the other end sends: items are pushed in and read with `for await`, once, by one consumer.
 *
 * `capacity` items are buffered; the owner is told when the buffer is full so that it can hold the other end back. It
 * never drops an item, so what arrives before the other end reacts is kept too.
 */
export class InboundStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #capacity: number;
  readonly #owner: InboundStreamOwner;
  readonly #items: T[] = [];
  readonly #waiters: ((result: Result<T> | Promise<Result<T>>) => void)[] = [];
  /** Whether items may still come. */
  #isOpen = true;
  /** What it ended with, until the consumer is told. */
  #error: Error | undefined;

  constructor(capacity: number, owner: InboundStreamOwner) {
    this.#capacity = capacity;
    this.#owner = owner;
  }

  /** Items that wait for the consumer. */
  get length(): number {
    return this.#items.length;
  }

  get isFull(): boolean {
    return this.#items.length >= this.#capacity;
  }

  /** Adds an item; after the end it is ignored. */
  push(value: T): void {
    if (!this.#isOpen) return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#items.push(value);
    else waiter({ done: false, value });
  }

  /** Ends the stream once its items are read, with an error or without. */
  end(error?: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) waiter(this.next());
  }

  next(): Promise<Result<T>> {
    if (this.#items.length > 0) {
      const wasFull = this.isFull;
      const value = this.#items.shift() as T;
      if (wasFull && !this.isFull) this.#owner.onRoom();
      return Promise.resolve({ done: false, value });
    }
    if (this.#isOpen) return new Promise((resolve) => this.#waiters.push(resolve));
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve(finished) : Promise.reject(error);
  }

  async return(): Promise<Result<T>> {
    const wasOpen = this.#isOpen;
    const wasFull = this.isFull;
    this.#isOpen = false;
    this.#error = undefined;
    this.#items.length = 0;
    for (const waiter of this.#waiters.splice(0)) waiter(finished);
    if (wasFull) this.#owner.onRoom();
    if (wasOpen) this.#owner.onAbandoned();
    return finished;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
