import type { HubMessage } from './messages.ts';

/** What one message becomes on the wire, without framing: text for JSON, bytes for a binary encoding. */
export type Payload = string | Uint8Array;

/**
 * An encoding of hub messages.
 *
 * Implementations hold no state: one object serves every connection. They see one whole message at a time; finding
 * where a message ends is not theirs (`MessageFraming` does it, by `transferFormat`: text messages end with 0x1E,
 * binary ones start with their length as a varint). The maximum message size is enforced before `parseMessage`.
 *
 * Write one by implementing this interface and passing `defineHubProtocolConformance` from `./testing`.
 */
export interface HubProtocol {
  /** The name that the handshake carries, such as `json`. */
  readonly name: string;
  /** The highest version spoken; every lower one down to 1 is spoken too. */
  readonly version: number;
  /** `Text` payloads are strings, `Binary` ones are `Uint8Array`s. */
  readonly transferFormat: 'Text' | 'Binary';

  /**
   * Reads one payload.
   *
   * MUST return `undefined` for a message type it does not know (forward compatibility) and MUST throw a
   * `HubProtocolError` for anything else that is not a valid message. A returned message MUST be safe to use without
   * further checks: fields have their declared types and objects carry no own `__proto__`.
   */
  parseMessage(payload: Payload): HubMessage | undefined;

  /** Writes one message. Throws a `HubProtocolError` with the cause when a value cannot be encoded. */
  writeMessage(message: HubMessage): Payload;
}
