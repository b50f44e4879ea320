import type { StreamResult, StreamSubscriber, StreamSubscription } from '../calls/hub-stream.ts';

/** A stream that is pushed by hand, for uploads: what is pushed goes to those who are subscribed at that time. */
export class Subject<T> implements StreamResult<T> {
  #observers: readonly StreamSubscriber<T>[] = [];

  next(item: T): void {
    for (const observer of this.#observers) observer.next(item);
  }

  error(error: unknown): void {
    for (const observer of this.#observers) observer.error?.(error);
  }

  complete(): void {
    for (const observer of this.#observers) observer.complete?.();
  }

  subscribe(observer: StreamSubscriber<T>): StreamSubscription<T> {
    this.#observers = [...this.#observers, observer];
    return {
      dispose: () => {
        this.#observers = this.#observers.filter((other) => other !== observer);
      },
    };
  }
}
