import type { HubCall } from './hub-call.ts';

/** The running calls of one connection that can be told to stop: by the client, and by the end of the connection. */
export class Cancellations {
  // A call without an id cannot be cancelled by the client, but it ends with the connection.
  readonly #controllers = new Map<string | HubCall, AbortController>();

  /** `undefined` when another call has the same invocation id. */
  add(call: HubCall): AbortSignal | undefined {
    const key = keyOf(call);
    if (this.#controllers.has(key)) return undefined;
    const controller = new AbortController();
    this.#controllers.set(key, controller);
    return controller.signal;
  }

  delete(call: HubCall): void {
    this.#controllers.delete(keyOf(call));
  }

  /** `false` when no running call has this id. */
  cancel(invocationId: string): boolean {
    const controller = this.#controllers.get(invocationId);
    controller?.abort();
    return controller !== undefined;
  }

  cancelAll(reason: Error): void {
    for (const controller of this.#controllers.values()) controller.abort(reason);
  }
}

function keyOf(call: HubCall): string | HubCall {
  return call.message.invocationId ?? call;
}
