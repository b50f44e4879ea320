import { HubProtocolError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';
import { decodeUtf8, encodeUtf8, exceedsUtf8Length, isHighSurrogate } from './utf8.ts';

/** Ends every text message. HubProtocol.md, "JSON Encoding". */
export const recordSeparator = '\u001e';
export const recordSeparatorByte = 0x1e;

export function joinTextPayloads(payloads: readonly string[]): string {
  if (payloads.length === 1) return payloads[0] + recordSeparator;
  return payloads.length === 0 ? '' : payloads.join(recordSeparator) + recordSeparator;
}

/**
 * Finds the records in frames of text, or of its UTF-8 bytes, where a frame may hold several and a record may span
 * several frames. After it has thrown it MUST NOT be used again.
 */
export class TextPayloadReader {
  readonly #maximumBytes: number;
  readonly #partial = new ByteAccumulator();
  /** A first half of a surrogate pair: it has no UTF-8 form until the second half comes. */
  #highSurrogate = '';

  /** `maximumBytes` bounds one record in UTF-8 bytes, its separator not counted. */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  get bufferedBytes(): number {
    return this.#partial.length + this.#highSurrogate.length * 3;
  }

  read(frame: string | Uint8Array, receive: (payload: string) => void): void {
    if (typeof frame === 'string') this.#readText(frame, receive);
    else this.#readBytes(frame, receive);
  }

  #readText(frame: string, receive: (payload: string) => void): void {
    let start = 0;
    for (let end = frame.indexOf(recordSeparator); end !== -1; end = frame.indexOf(recordSeparator, start)) {
      const record = frame.slice(start, end);
      start = end + 1;
      receive(this.#completeText(record));
    }
    if (start < frame.length) this.#keepText(start === 0 ? frame : frame.slice(start));
  }

  #completeText(record: string): string {
    if (this.bufferedBytes === 0) {
      if (exceedsUtf8Length(record, this.#maximumBytes)) throw tooLarge(this.#maximumBytes);
      return record;
    }
    this.#keepText(record);
    this.#flushHighSurrogate();
    return decodeRecord(this.#partial.take());
  }

  #keepText(text: string): void {
    // Before encoding: a frame far beyond the limit is refused without a copy of it.
    if (text.length > this.#maximumBytes) throw tooLarge(this.#maximumBytes);
    let whole = this.#highSurrogate + text;
    this.#highSurrogate = '';
    if (isHighSurrogate(whole.charCodeAt(whole.length - 1))) {
      this.#highSurrogate = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    this.#keepBytes(encodeUtf8(whole));
  }

  #flushHighSurrogate(): void {
    if (this.#highSurrogate === '') return;
    const lone = encodeUtf8(this.#highSurrogate);
    this.#highSurrogate = '';
    this.#keepBytes(lone);
  }

  #readBytes(frame: Uint8Array, receive: (payload: string) => void): void {
    this.#flushHighSurrogate();
    let start = 0;
    for (let end = frame.indexOf(recordSeparatorByte); end !== -1; end = frame.indexOf(recordSeparatorByte, start)) {
      const record = frame.subarray(start, end);
      start = end + 1;
      receive(this.#completeBytes(record));
    }
    if (start < frame.length) this.#keepBytes(frame.subarray(start));
  }

  #completeBytes(record: Uint8Array): string {
    if (this.#partial.length === 0) {
      if (record.length > this.#maximumBytes) throw tooLarge(this.#maximumBytes);
      return decodeRecord(record);
    }
    this.#keepBytes(record);
    return decodeRecord(this.#partial.take());
  }

  #keepBytes(bytes: Uint8Array): void {
    if (this.#partial.length + bytes.length > this.#maximumBytes) throw tooLarge(this.#maximumBytes);
    this.#partial.append(bytes);
  }
}

function decodeRecord(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch (cause) {
    throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A text message must be valid UTF-8.', { cause });
  }
}

function tooLarge(maximumBytes: number): HubProtocolError {
  return new HubProtocolError('PROTOCOL_MESSAGE_TOO_LARGE', `The limit is ${maximumBytes} bytes.`);
}
