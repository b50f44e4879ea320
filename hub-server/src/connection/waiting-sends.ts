import type { PendingDelivery } from '../lifetime/hub-peer.ts';
import type { OutboundMessage } from './held-messages.ts';

/** A message whose sender waits until the queue of the connection takes it. */
export interface WaitingSend extends PendingDelivery {
  readonly message: OutboundMessage;
  settle(): void;
}

/** Those who wait for room in one queue, first come first served. Their messages are in no queue yet. */
export class WaitingSends {
  readonly #waiting = new Set<WaitingSend>();
  #bytes = 0;

  get size(): number {
    return this.#waiting.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): WaitingSend | undefined {
    const [first] = this.#waiting;
    return first;
  }

  add(message: OutboundMessage): PendingDelivery {
    let settle = (): void => {};
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const send: WaitingSend = { message, settled, settle, withdraw: () => this.release(send) };
    this.#waiting.add(send);
    this.#bytes += message.bytes;
    return send;
  }

  /** It waits no longer: its message is queued, or is not wanted any more. */
  release(send: WaitingSend): void {
    if (!this.#waiting.delete(send)) return;
    this.#bytes -= send.message.bytes;
    send.settle();
  }

  releaseAll(): void {
    for (const send of this.#waiting) this.release(send);
  }
}
