import type { Payload } from '@hubwire/hub-protocol';

/** A message on its way to one client, as its encoding wrote it. */
export interface OutboundMessage {
  readonly payload: Payload;
  /** What it takes on the wire, the framing included. */
  readonly bytes: number;
}

interface KeyedMessage {
  message: OutboundMessage;
  readonly key: string | undefined;
}

/** Messages that a transport has not taken yet, in their order. */
export class HeldMessages {
  readonly #messages = new Set<KeyedMessage>();
  #byKey: Map<string, KeyedMessage> | undefined;
  #bytes = 0;

  get size(): number {
    return this.#messages.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(message: OutboundMessage, key?: string): void {
    const keyed: KeyedMessage = { message, key };
    this.#messages.add(keyed);
    this.#bytes += message.bytes;
    if (key === undefined) return;
    this.#byKey ??= new Map();
    this.#byKey.set(key, keyed);
  }

  /** The message that waits under this key. */
  find(key: string): OutboundMessage | undefined {
    return this.#byKey?.get(key)?.message;
  }

  /** Puts a message where that with its key stands; there MUST be one. */
  replace(key: string, message: OutboundMessage): void {
    const keyed = this.#byKey?.get(key);
    if (keyed === undefined) return;
    this.#bytes += message.bytes - keyed.message.bytes;
    keyed.message = message;
  }

  /** Takes the first one out. */
  take(): OutboundMessage | undefined {
    const [first] = this.#messages;
    if (first === undefined) return undefined;
    this.#messages.delete(first);
    this.#bytes -= first.message.bytes;
    if (first.key !== undefined) this.#byKey?.delete(first.key);
    return first.message;
  }
}
