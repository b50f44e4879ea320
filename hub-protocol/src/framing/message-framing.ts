import { HubProtocolError } from '../errors.ts';
import type { Payload } from '../hub-protocol.ts';
import { requireLimit } from '../hub-protocol-options.ts';
import { BinaryPayloadReader, joinBinaryPayloads } from './binary-framing.ts';
import { joinTextPayloads, TextPayloadReader } from './text-framing.ts';

/**
 * Puts messages into one frame: each followed by 0x1E for `Text`, each behind its length as a varint for `Binary`.
 * Throws `PROTOCOL_CANNOT_WRITE` when a payload is not of that kind.
 */
export function joinPayloads(payloads: readonly Payload[], transferFormat: 'Text' | 'Binary'): Payload {
  if (transferFormat === 'Text') {
    if (payloads.every(isText)) return joinTextPayloads(payloads);
    throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', 'A payload of a text protocol must be a string.');
  }
  if (payloads.every(isBinary)) return joinBinaryPayloads(payloads);
  throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', 'A payload of a binary protocol must be a Uint8Array.');
}

function isText(payload: Payload): payload is string {
  return typeof payload === 'string';
}

function isBinary(payload: Payload): payload is Uint8Array {
  return typeof payload !== 'string';
}

/**
 * Finds the messages in the frames of one connection. Frames may hold several messages and parts of messages; a text
 * message may arrive as its UTF-8 bytes, split anywhere.
 */
export class PayloadReader {
  readonly #reader: TextPayloadReader | BinaryPayloadReader;

  /** `maximumMessageBytes` bounds each message without its framing, also one that is still incomplete. */
  constructor(transferFormat: 'Text' | 'Binary', maximumMessageBytes: number) {
    requireLimit('maximumMessageBytes', maximumMessageBytes);
    this.#reader =
      transferFormat === 'Text'
        ? new TextPayloadReader(maximumMessageBytes)
        : new BinaryPayloadReader(maximumMessageBytes);
  }

  /** Bytes held of a message that is not complete. */
  get bufferedBytes(): number {
    return this.#reader.bufferedBytes;
  }

  /**
   * Calls `receive` with each message that this frame completes, and lets what `receive` throws through.
   *
   * A binary payload may be a view of `frame`: who keeps it copies it. Throws `PROTOCOL_MESSAGE_TOO_LARGE`, or
   * `PROTOCOL_INVALID_MESSAGE` for text that is not UTF-8, a bad length prefix, or text on a binary connection. After
   * an error the connection MUST be given up: where the next message starts is no longer known.
   */
  read(frame: string | Uint8Array, receive: (payload: Payload) => void): void {
    if (this.#reader instanceof TextPayloadReader) {
      this.#reader.read(frame, receive);
    } else if (typeof frame === 'string') {
      throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A binary protocol cannot take a text frame.');
    } else {
      this.#reader.read(frame, receive);
    }
  }
}
