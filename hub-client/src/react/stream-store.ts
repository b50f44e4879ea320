import type { HubConnection, HubStreamResult } from '../index.ts';
import { Lease } from './lease.ts';
import { statusStoreOf } from './status-store.ts';

/** A stream as a component shows it. */
export interface HubStreamState<T> {
  /**
   * - `waiting`: for the connection, at first or again after it was lost
   * - `streaming`: the hub was called and may send items
   * - `done`: the hub sent all
   * - `failed`: the hub answered with an error, which is in `error`
   */
  readonly status: 'waiting' | 'streaming' | 'done' | 'failed';
  /** The latest item. */
  readonly last: T | undefined;
  /** The latest items, oldest first. */
  readonly items: readonly T[];
  readonly error: Error | undefined;
}

/** Before the first item. */
export const emptyStream: HubStreamState<never> = { status: 'waiting', last: undefined, items: [], error: undefined };

type Phase =
  | { readonly name: 'waiting' }
  | { readonly name: 'reading'; dispose(): void }
  /** The hub has ended the stream. */
  | { readonly name: 'over' };

/**
 * One stream of a hub: called while it has subscribers and the connection is there, and again when the connection was
 * lost before the end.
 */
export class StreamStore<T, THub, TClient> {
  readonly #connection: HubConnection<THub, TClient>;
  readonly #call: () => HubStreamResult<T>;
  readonly #maximumItems: number;
  readonly #listeners = new Set<() => void>();
  readonly #lease: Lease;
  #phase: Phase = { name: 'waiting' };
  #current: HubStreamState<T> = emptyStream;
  #stopFollowing = (): void => {};

  constructor(connection: HubConnection<THub, TClient>, call: () => HubStreamResult<T>, maximumItems: number) {
    this.#connection = connection;
    this.#call = call;
    this.#maximumItems = maximumItems;
    this.#lease = new Lease({ begin: () => this.#begin(), end: () => this.#end() });
  }

  get current(): HubStreamState<T> {
    return this.#current;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    const release = this.#lease.take();
    return () => {
      this.#listeners.delete(listener);
      release();
    };
  };

  #begin(): void {
    const tryToOpen = (): void => this.#openIfConnected();
    this.#stopFollowing = statusStoreOf(this.#connection).subscribe(tryToOpen);
    tryToOpen();
  }

  #end(): void {
    this.#stopFollowing();
    if (this.#phase.name === 'reading') this.#phase.dispose();
    if (this.#phase.name !== 'over') this.#phase = { name: 'waiting' };
  }

  #openIfConnected(): void {
    if (this.#phase.name !== 'waiting' || this.#connection.state !== 'Connected') return;
    let items: readonly T[] = [];
    const reading: Phase = { name: 'reading', dispose: () => subscription.dispose() };
    this.#phase = reading;
    this.#show({ status: 'streaming' });
    const subscription = this.#call().subscribe({
      next: (item) => {
        if (this.#phase !== reading) return;
        items = [...items, item].slice(-this.#maximumItems);
        this.#show({ items, last: item });
      },
      complete: () => {
        if (this.#phase === reading) this.#finish({ status: 'done' });
      },
      error: (error) => {
        if (this.#phase !== reading) return;
        if (this.#connection.state === 'Connected') this.#finish({ status: 'failed', error: error as Error });
        else this.#wait();
      },
    });
  }

  #finish(end: Partial<HubStreamState<T>>): void {
    this.#phase = { name: 'over' };
    this.#show(end);
  }

  #wait(): void {
    this.#phase = { name: 'waiting' };
    this.#show({ status: 'waiting' });
  }

  #show(change: Partial<HubStreamState<T>>): void {
    this.#current = { ...this.#current, ...change };
    for (const listener of this.#listeners) listener();
  }
}
