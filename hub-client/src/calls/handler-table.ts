/** What the server may call: gets the arguments as they came; what it returns answers a client result. */
export type Handler = (...args: never[]) => unknown;

/** Handlers by the name of the method that the server calls, without regard to case. */
export class HandlerTable {
  // Lists are replaced, never changed, so that a handler may remove itself while the list is walked.
  readonly #handlers = new Map<string, readonly Handler[]>();

  /** Adds a handler after those there are; the same one twice counts once. */
  add(target: string, handler: Handler): void {
    const handlers = this.find(target);
    if (!handlers.includes(handler)) this.#handlers.set(target.toLowerCase(), [...handlers, handler]);
  }

  /** Removes one handler, or all of the method. */
  remove(target: string, handler?: Handler): void {
    const left = handler === undefined ? [] : this.find(target).filter((other) => other !== handler);
    if (left.length > 0) this.#handlers.set(target.toLowerCase(), left);
    else this.#handlers.delete(target.toLowerCase());
  }

  find(target: string): readonly Handler[] {
    return this.#handlers.get(target.toLowerCase()) ?? [];
  }
}
