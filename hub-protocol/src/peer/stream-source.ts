import { InboundStream } from './inbound-stream.ts';

/** Observers of a `Subscribable`; each member may be missing, as in `@microsoft/signalr`. */
export interface StreamObserver<T> {
  next?(value: T): void;
  error?(error: unknown): void;
  complete?(): void;
}

/** A push source, such as the `Subject` of `@microsoft/signalr`. */
export interface Subscribable<T> {
  subscribe(observer: StreamObserver<T>): unknown;
}

/** Everything that can be sent as a stream. */
export type StreamSource<T> = AsyncIterable<T> | Iterable<T> | ReadableStream<T> | Subscribable<T>;

/** `true` for a value that is sent as a stream when it stands among arguments or results; arrays and strings are not. */
export function isStreamSource(value: unknown): value is StreamSource<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || isReadableStream(value) || isSubscribable(value) || isIterator(value);
}

/** The one way to read any source; the caller MUST call `return` when it stops early. */
export function streamIterator(source: StreamSource<unknown>): AsyncIterator<unknown> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  if (isReadableStream(source)) return readableStreamIterator(source);
  if (isSubscribable(source)) return subscribableIterator(source);
  return syncIterator(source[Symbol.iterator]());
}

function isReadableStream(value: object): value is ReadableStream<unknown> {
  return 'getReader' in value && typeof value.getReader === 'function';
}

function isSubscribable(value: object): value is Subscribable<unknown> {
  return 'subscribe' in value && typeof value.subscribe === 'function';
}

// A generator's object: both iterable and an iterator. Arrays, maps and sets are data, not streams.
function isIterator(value: object): value is IterableIterator<unknown> {
  return Symbol.iterator in value && 'next' in value && typeof value.next === 'function';
}

// Safari's ReadableStream is not async iterable.
function readableStreamIterator(source: ReadableStream<unknown>): AsyncIterator<unknown> {
  const reader = source.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done, value: undefined } : { done, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

function syncIterator(source: Iterator<unknown>): AsyncIterator<unknown> {
  return {
    async next() {
      return source.next();
    },
    async return() {
      source.return?.();
      return { done: true, value: undefined };
    },
  };
}

// A push source cannot be held back: what it gives before it is read waits here.
function subscribableIterator(source: Subscribable<unknown>): AsyncIterator<unknown> {
  const items: InboundStream<unknown> = new InboundStream(Infinity, {
    onRoom() {},
    onAbandoned: () => unsubscribe(subscription),
  });
  const subscription = source.subscribe({
    next: (value) => items.push(value),
    error: (error) => items.end(error instanceof Error ? error : new Error(String(error), { cause: error })),
    complete: () => items.end(),
  });
  return items;
}

// `dispose` is what @microsoft/signalr's subscriptions have, `unsubscribe` what observables have.
function unsubscribe(subscription: unknown): void {
  if (typeof subscription !== 'object' || subscription === null) return;
  if ('dispose' in subscription && typeof subscription.dispose === 'function') subscription.dispose();
  else if ('unsubscribe' in subscription && typeof subscription.unsubscribe === 'function') subscription.unsubscribe();
}
