import { finished, InboundStream } from './inbound-stream.ts';
import { toError } from './to-error.ts';

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
  if (Symbol.asyncIterator in value || isReadableStream(value) || has(value, 'subscribe')) return true;
  // A generator's object: both iterable and an iterator. Arrays, maps and sets are data, not streams.
  return Symbol.iterator in value && has(value, 'next');
}

/** The one way to read any source; the caller MUST call `return` when it stops early. */
export function streamIterator(source: StreamSource<unknown>): AsyncIterator<unknown> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  if (isReadableStream(source)) return readableStreamIterator(source);
  if ('subscribe' in source) return subscribableIterator(source);
  const iterator = source[Symbol.iterator]();
  return {
    next: async () => iterator.next(),
    return: async () => iterator.return?.() ?? finished,
  };
}

function has(value: object, method: string): boolean {
  return typeof Reflect.get(value, method) === 'function';
}

function isReadableStream(value: object): value is ReadableStream<unknown> {
  return has(value, 'getReader');
}

// Safari's ReadableStream is not async iterable.
function readableStreamIterator(source: ReadableStream<unknown>): AsyncIterator<unknown> {
  const reader = source.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    async return() {
      await reader.cancel();
      return finished;
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
    error: (error) => items.end(toError(error)),
    complete: () => items.end(),
  });
  return items;
}

// `dispose` is what @microsoft/signalr's subscriptions have, `unsubscribe` what observables have.
function unsubscribe(subscription: unknown): void {
  const { dispose, unsubscribe = () => {} } = Object(subscription) as Partial<Record<string, () => void>>;
  Reflect.apply(dispose ?? unsubscribe, subscription, []);
}
