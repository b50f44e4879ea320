import { InboundStream } from '@hubwire/hub-protocol/peer';
import type { Logger } from '@hubwire/transports';
import { HubClientError } from '../errors.ts';
import type { ReadingGate } from '../connection/reading-gate.ts';

/** What takes the items of a stream. */
export interface StreamSubscriber<T> {
  /** Set once the stream has ended. */
  closed?: boolean;
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

/** A subscription to a stream; `dispose` ends it. */
export interface StreamSubscription<T> {
  dispose(): void;
  /** Only there so that the type of the items is part of the type. */
  readonly itemType?: T;
}

/** Something that can be subscribed to, as in `@microsoft/signalr`. */
export interface StreamResult<T> {
  subscribe(subscriber: StreamSubscriber<T>): StreamSubscription<T>;
}

/** What a stream wants to know of its call. */
export interface HubStreamOptions {
  /** Items kept for a slow reader before the server is held back. */
  readonly streamBufferItems: number;
  /** Items kept where the server could not be held back; one more ends the stream with an error. */
  readonly maximumStreamItems: number;
  readonly logger: Logger;
  readonly gate: ReadingGate;
  /** Nobody wants more: the server has to stop. */
  cancel(): void;
}

/**
 * A stream from the server. Read it once: with `for await`, where leaving the loop cancels it on the server, or with
 * `subscribe`, where disposing the last subscription does.
 */
export class HubStream<T> implements AsyncIterable<T, undefined>, StreamResult<T> {
  readonly #options: HubStreamOptions;
  readonly #items: InboundStream<T>;
  #isRead = false;
  #subscribers: readonly StreamSubscriber<T>[] = [];

  constructor(options: HubStreamOptions) {
    this.#options = options;
    this.#items = new InboundStream(options.streamBufferItems, {
      onRoom: () => options.gate.release(this),
      onAbandoned: () => options.cancel(),
    });
  }

  /** The server sent an item. */
  push(item: T): void {
    const { gate, maximumStreamItems } = this.#options;
    if (this.#items.length < maximumStreamItems) {
      this.#items.push(item);
      if (this.#isRead && this.#items.isFull) gate.hold(this);
      return;
    }
    this.#options.cancel();
    this.end(new HubClientError('HUB_CLIENT_STREAM_OVERFLOW'));
  }

  /** No more items come; those that came can still be read. */
  end(error?: Error): void {
    this.#items.end(error);
    this.#options.gate.release(this);
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    this.#isRead = true;
    return { next: () => this.#next(), return: () => this.#items.return() };
  }

  /** While a reader waits for an item, nothing may hold the server back. */
  #next(): Promise<IteratorResult<T, undefined>> {
    const { gate } = this.#options;
    if (this.#items.length > 0) {
      gate.taken(this);
      return this.#items.next();
    }
    const leave = gate.beginWait();
    return this.#items.next().finally(leave);
  }

  subscribe(subscriber: StreamSubscriber<T>): StreamSubscription<T> {
    const isFirst = this.#subscribers.length === 0;
    this.#subscribers = [...this.#subscribers, subscriber];
    if (isFirst) void this.#feedSubscribers();
    return { dispose: () => this.#unsubscribe(subscriber) };
  }

  #unsubscribe(subscriber: StreamSubscriber<T>): void {
    if (!this.#subscribers.includes(subscriber)) return;
    this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
    if (this.#subscribers.length === 0) void this.#items.return();
  }

  async #feedSubscribers(): Promise<void> {
    let end = (subscriber: StreamSubscriber<T>): void => subscriber.complete();
    try {
      for await (const item of this.#items) this.#tell((subscriber) => subscriber.next(item));
    } catch (error) {
      end = (subscriber) => subscriber.error(error);
    }
    for (const subscriber of this.#subscribers) subscriber.closed = true;
    this.#tell(end);
    this.#subscribers = [];
  }

  #tell(tell: (subscriber: StreamSubscriber<T>) => void): void {
    for (const subscriber of this.#subscribers) {
      try {
        tell(subscriber);
      } catch (error) {
        this.#options.logger.log('error', 'callback threw', { error });
      }
    }
  }
}
