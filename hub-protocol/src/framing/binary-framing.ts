import { HubProtocolError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';

const maximumPrefixBytes = 5;
/** 2 GiB needs 31 bits; four prefix bytes carry 28 of them. HubProtocol.md, "MessagePack Encoding". */
const largestFifthByte = 0x07;

/** Puts each payload behind its length, in one buffer. */
export function joinBinaryPayloads(payloads: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const payload of payloads) total += prefixBytes(payload.length) + payload.length;
  const frame = allocate(total);
  let offset = 0;
  for (const payload of payloads) {
    offset = writePrefix(frame, offset, payload.length);
    frame.set(payload, offset);
    offset += payload.length;
  }
  return frame;
}

/** Small frames share blocks: to allocate each by itself costs more than to fill it. */
const blockBytes = 8192;
const mostSharedBytes = 1024;
let block = new Uint8Array(blockBytes);
let used = 0;

function allocate(bytes: number): Uint8Array {
  if (bytes > mostSharedBytes) return new Uint8Array(bytes);
  if (used + bytes > blockBytes) {
    block = new Uint8Array(blockBytes);
    used = 0;
  }
  used += bytes;
  return block.subarray(used - bytes, used);
}

function prefixBytes(length: number): number {
  let bytes = 1;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

function writePrefix(frame: Uint8Array, offset: number, length: number): number {
  let rest = length;
  while (rest > 0x7f) {
    frame[offset++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  frame[offset++] = rest;
  return offset;
}

type State =
  | { readonly name: 'prefix'; readonly value: number; readonly bytes: number }
  | { readonly name: 'body'; readonly length: number };

const atMessageStart: State = { name: 'prefix', value: 0, bytes: 0 };

/**
 * Finds the length-prefixed messages in frames of bytes, where a frame may hold several and a message may span several
 * frames. A payload that lies in one frame is a view of that frame. After it has thrown it MUST NOT be used again.
 */
export class BinaryPayloadReader {
  readonly #maximumBytes: number;
  readonly #partial = new ByteAccumulator();
  #state: State = atMessageStart;

  /** `maximumBytes` bounds one message, its prefix not counted; a larger declared length is refused at once. */
  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  get bufferedBytes(): number {
    return this.#partial.length + (this.#state.name === 'prefix' ? this.#state.bytes : 0);
  }

  read(frame: Uint8Array, receive: (payload: Uint8Array) => void): void {
    let offset = 0;
    while (offset < frame.length) {
      if (this.#state.name === 'prefix') offset = this.#readPrefix(frame, offset, this.#state);
      if (this.#state.name === 'prefix') return;
      const end = offset + this.#state.length - this.#partial.length;
      if (end > frame.length) {
        this.#partial.append(frame.subarray(offset));
        return;
      }
      const payload = this.#complete(frame.subarray(offset, end));
      this.#state = atMessageStart;
      offset = end;
      receive(payload);
    }
  }

  #complete(bytes: Uint8Array): Uint8Array {
    if (this.#partial.length === 0) return bytes;
    this.#partial.append(bytes);
    return this.#partial.take();
  }

  #readPrefix(frame: Uint8Array, start: number, state: State & { name: 'prefix' }): number {
    let { value, bytes } = state;
    for (let offset = start; offset < frame.length; offset++) {
      const byte = frame[offset]!;
      bytes++;
      if (bytes === maximumPrefixBytes && byte > largestFifthByte) {
        throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', 'A length prefix says more than 2 GiB.');
      }
      value += (byte & 0x7f) * 2 ** (7 * (bytes - 1));
      if (byte < 0x80) {
        if (value > this.#maximumBytes) {
          throw new HubProtocolError('PROTOCOL_MESSAGE_TOO_LARGE', `The limit is ${this.#maximumBytes} bytes.`);
        }
        this.#state = { name: 'body', length: value };
        return offset + 1;
      }
    }
    this.#state = { name: 'prefix', value, bytes };
    return frame.length;
  }
}
