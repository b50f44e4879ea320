import { within } from './within.ts';

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly resolve: (item: T) => void;
}

/** What arrived and was not taken yet, and who waits for what. */
export class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiters: Waiter<T>[] = [];

  put(item: T): void {
    const index = this.#waiters.findIndex(({ matches }) => matches(item));
    if (index < 0) this.#items.push(item);
    else this.#waiters.splice(index, 1)[0]?.resolve(item);
  }

  /** The first item that matches, taken out; what else arrived stays. */
  take(what: string, matches: (item: T) => boolean = () => true): Promise<T> {
    const index = this.#items.findIndex(matches);
    if (index >= 0) return Promise.resolve(this.#items.splice(index, 1)[0] as T);
    return within(new Promise((resolve) => this.#waiters.push({ matches, resolve })), what);
  }

  /** What arrived and nobody took. */
  get items(): readonly T[] {
    return this.#items;
  }
}
