import { HubProtocolError, type Payload } from '@hubwire/hub-protocol';
import { joinBytes } from '@hubwire/transports';

/** Ends every text message, and the handshake. HubProtocol.md, "JSON Encoding". */
export const recordSeparator = '\u001e';
const recordSeparatorByte = 0x1e;

/** 2 GiB take no more. HubProtocol.md, "MessagePack Encoding". */
const maximumPrefixBytes = 5;

/** Puts messages of one kind into one frame: texts each with its end, bytes each behind their length. */
export function joinPayloads(payloads: readonly Payload[]): Payload {
  if (typeof payloads[0] === 'string') return [...payloads, ''].join(recordSeparator);
  return joinBytes(payloads.flatMap((payload) => [lengthPrefix(payload.length), payload as Uint8Array]));
}

function lengthPrefix(length: number): number[] {
  const prefix = [];
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80);
  return [...prefix, rest];
}

/**
 * Finds messages in frames, where a frame may hold several and a message may span several frames. After it has thrown
 * it MUST NOT be used again.
 */
export class FrameReader {
  /** What comes from now on is messages of bytes. */
  isBinary = false;
  readonly #maximumLength: number;
  #decoder: TextDecoder | undefined;
  #text = '';
  #parts: Uint8Array[] = [];
  #length = 0;
  /** As many bytes have to be there before it is worth looking at them again. */
  #needed = 1;

  /** `maximumLength` bounds one message, in bytes or characters. */
  constructor(maximumLength: number) {
    this.#maximumLength = maximumLength;
  }

  read(frame: Payload, receive: (payload: Payload) => void): void {
    let rest = frame;
    while (rest.length > 0) {
      if (this.isBinary) {
        this.#readBytes(rest, receive);
        return;
      }
      const end = typeof rest === 'string' ? rest.indexOf(recordSeparator) : rest.indexOf(recordSeparatorByte);
      this.#text += this.#decode(part(rest, 0, end < 0 ? rest.length : end), end < 0);
      this.#check(this.#text.length);
      if (end < 0) return;
      rest = part(rest, end + 1);
      const text = this.#text;
      this.#text = '';
      receive(text);
    }
  }

  #decode(text: Payload, isCut: boolean): string {
    if (typeof text === 'string') return text;
    this.#decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    try {
      return this.#decoder.decode(text, { stream: isCut });
    } catch {
      throw invalid();
    }
  }

  #readBytes(frame: Payload, receive: (payload: Payload) => void): void {
    if (typeof frame === 'string') throw invalid();
    this.#parts.push(frame);
    this.#length += frame.length;
    if (this.#length < this.#needed) return;
    let bytes = joinBytes(this.#parts);
    for (;;) {
      const { start, length } = this.#readPrefix(bytes);
      this.#needed = start + length;
      if (bytes.length < this.#needed) break;
      receive(bytes.subarray(start, this.#needed));
      bytes = bytes.subarray(this.#needed);
    }
    this.#parts = [bytes];
    this.#length = bytes.length;
  }

  /** Where the message starts and how long it is; one byte more than there is when that is not known yet. */
  #readPrefix(bytes: Uint8Array): { readonly start: number; readonly length: number } {
    let length = 0;
    for (let index = 0; index < maximumPrefixBytes; index++) {
      const byte = bytes[index];
      if (byte === undefined) return { start: index, length: 1 };
      length += (byte & 0x7f) * 2 ** (7 * index);
      this.#check(length);
      if (byte < 0x80) return { start: index + 1, length };
    }
    throw invalid();
  }

  #check(length: number): void {
    if (length > this.#maximumLength) {
      throw new HubProtocolError('PROTOCOL_MESSAGE_TOO_LARGE', `The limit is ${this.#maximumLength}.`);
    }
  }
}

function part(frame: Payload, start: number, end?: number): Payload {
  return typeof frame === 'string' ? frame.slice(start, end) : frame.subarray(start, end);
}

function invalid(): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE');
}
