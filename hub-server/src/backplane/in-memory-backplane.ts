import type { Backplane } from './backplane.ts';
import type { Envelope } from './envelope.ts';

/** Joins hub servers of one process, for tests of what scale-out does to an application. */
export class InMemoryBackplane implements Backplane {
  readonly #subscribers = new Map<string, Set<(envelope: Envelope) => void>>();

  async publish(hubName: string, envelope: Envelope): Promise<void> {
    // A copy, as a wire would make: receivers never share objects with the sender.
    for (const deliver of this.#subscribers.get(hubName) ?? []) deliver(structuredClone(envelope));
  }

  async subscribe(hubName: string, deliver: (envelope: Envelope) => void): Promise<() => void> {
    const subscribers = this.#subscribers.get(hubName) ?? new Set();
    this.#subscribers.set(hubName, subscribers.add(deliver));
    return () => subscribers.delete(deliver);
  }

  async close(): Promise<void> {
    this.#subscribers.clear();
  }
}
