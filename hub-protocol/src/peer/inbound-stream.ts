/** What the owner of an inbound stream wants to know. */
export interface InboundStreamOwner {
  /** The consumer took an item and the buffer, which was full, has room again. */
  onRoom(): void;
  /** The consumer left early (`break`, `return`, `throw`): no more items are wanted. */
  onAbandoned(): void;
}

type State =
  /** Items wait for the consumer. */
  | { readonly name: 'open' }
  /** The other end has finished; what is buffered may still be read. */
  | { readonly name: 'ended'; readonly error: Error | undefined }
  /** The consumer has seen the end, or has left. */
  | { readonly name: 'done' };

interface Waiter<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: Error): void;
}

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
  readonly #waiters: Waiter<T>[] = [];
  #state: State = { name: 'open' };

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
  push(item: T): void {
    if (this.#state.name !== 'open') return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#items.push(item);
    else waiter.resolve({ done: false, value: item });
  }

  /** Ends the stream once its items are read, with an error or without. */
  end(error?: Error): void {
    if (this.#state.name !== 'open') return;
    this.#state = { name: 'ended', error };
    if (this.#waiters.length === 0) return;
    this.#state = { name: 'done' };
    for (const [index, waiter] of this.#waiters.splice(0).entries()) {
      if (error !== undefined && index === 0) waiter.reject(error);
      else waiter.resolve({ done: true, value: undefined });
    }
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#items.length > 0) {
      const wasFull = this.isFull;
      const value = this.#items.shift() as T;
      if (wasFull && !this.isFull) this.#owner.onRoom();
      return Promise.resolve({ done: false, value });
    }
    const state = this.#state;
    switch (state.name) {
      case 'open':
        return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
      case 'ended':
        this.#state = { name: 'done' };
        return state.error === undefined
          ? Promise.resolve({ done: true, value: undefined })
          : Promise.reject(state.error);
      case 'done':
        return Promise.resolve({ done: true, value: undefined });
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    const wasOpen = this.#state.name === 'open';
    const wasFull = this.isFull;
    this.#state = { name: 'done' };
    this.#items.length = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ done: true, value: undefined });
    if (wasFull) this.#owner.onRoom();
    if (wasOpen) this.#owner.onAbandoned();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
