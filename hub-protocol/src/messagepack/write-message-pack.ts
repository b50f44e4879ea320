import { HubProtocolError } from '../errors.ts';

/** As deep as `@microsoft/signalr` writes; it also ends the writing of a value that holds itself. */
const maximumDepth = 100;

const firstCapacity = 1024;
/** A buffer that one message made larger than this is not kept for the next. */
const largestKept = 65_536;

const encoder = new TextEncoder();

/** Kept from one message to the next; taken while in use, because `toJSON` of a value may write a message of its own. */
let spare: Writer | undefined;

/**
 * Writes a value in the smallest form, byte for byte as `@microsoft/signalr-protocol-msgpack` does: integers up to
 * ±(2^53 - 1) as integers, `undefined` as nil, any view or `ArrayBuffer` as bin, dates as timestamps. A `bigint` is an
 * integer of up to 64 bits; functions and symbols are nil; an object with a `toJSON` is what that returns.
 *
 * Throws `PROTOCOL_CANNOT_WRITE` for what has no form: a `bigint` beyond 64 bits, an invalid date, a value deeper than
 * 100 levels.
 */
export function writeMessagePack(value: unknown): Uint8Array {
  const writer = spare ?? new Writer();
  spare = undefined;
  try {
    writer.write(value, maximumDepth);
    return writer.copy();
  } finally {
    if (writer.capacity <= largestKept) spare = writer;
    writer.reset();
  }
}

class Writer {
  #bytes = new Uint8Array(firstCapacity);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get capacity(): number {
    return this.#bytes.length;
  }

  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  write(value: unknown, levels: number): void {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.#byte(value ? 0xc3 : 0xc2);
      case 'bigint':
        return this.#bigint(value);
      case 'object':
        return value === null ? this.#byte(0xc0) : this.#object(value, levels);
      case 'undefined':
      case 'function':
      case 'symbol':
      default:
        return this.#byte(0xc0);
    }
  }

  #object(value: object, levels: number): void {
    if (levels === 0) throw cannotWrite(`A value has more than ${maximumDepth} levels.`);
    if (Array.isArray(value)) {
      this.#header(value.length, { small: 0x90, first: 0xdc });
      for (const item of value) this.write(item, levels - 1);
    } else if (ArrayBuffer.isView(value))
      this.#binary(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    else if (value instanceof ArrayBuffer) this.#binary(new Uint8Array(value));
    else if (value instanceof Date) this.#timestamp(value.getTime());
    else if ('toJSON' in value && typeof value.toJSON === 'function') this.write(value.toJSON(), levels - 1);
    else this.#map(value, levels - 1);
  }

  #map(value: object, levels: number): void {
    const keys = Object.keys(value);
    this.#header(keys.length, { small: 0x80, first: 0xde });
    for (const key of keys) {
      this.#string(key);
      this.write(Reflect.get(value, key), levels);
    }
  }

  /** The count of an array or a map: in the first byte up to 15, else in two bytes or four. */
  #header(count: number, { small, first }: { readonly small: number; readonly first: number }): void {
    if (count < 0x10) this.#byte(small | count);
    else if (count < 0x1_0000) this.#uint16(first, count);
    else this.#uint32(first + 1, count);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.#reserve(9);
      this.#bytes[this.#length] = 0xcb;
      this.#view.setFloat64(this.#length + 1, value);
      this.#length += 9;
    } else if (value >= 0) this.#positive(value);
    else this.#negative(value);
  }

  #positive(value: number): void {
    if (value < 0x80) this.#byte(value);
    else if (value < 0x100) this.#uint8(0xcc, value);
    else if (value < 0x1_0000) this.#uint16(0xcd, value);
    else if (value < 0x1_0000_0000) this.#uint32(0xce, value);
    else this.#int64(0xcf, BigInt(value));
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#byte(value & 0xff);
    else if (value >= -0x80) this.#uint8(0xd0, value);
    else if (value >= -0x8000) this.#uint16(0xd1, value);
    else if (value >= -0x8000_0000) this.#uint32(0xd2, value);
    else this.#int64(0xd3, BigInt(value));
  }

  #bigint(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) this.#number(number);
    else if (BigInt.asUintN(64, value) === value) this.#int64(0xcf, value);
    else if (BigInt.asIntN(64, value) === value) this.#int64(0xd3, value);
    else throw cannotWrite('A bigint has more than 64 bits.');
  }

  #string(text: string): void {
    // UTF-8 takes at most three bytes for a UTF-16 code unit.
    this.#reserve(5 + text.length * 3);
    if (text.length < 0x20 && this.#shortAscii(text)) return;
    const guess = stringHeaderBytes(text.length);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length + guess));
    const needed = stringHeaderBytes(written);
    if (needed > guess) {
      const start = this.#length + guess;
      this.#bytes.copyWithin(this.#length + needed, start, start + written);
    }
    if (needed === 1) this.#byte(0xa0 | written);
    else if (needed === 2) this.#uint8(0xd9, written);
    else if (needed === 3) this.#uint16(0xda, written);
    else this.#uint32(0xdb, written);
    this.#length += written;
  }

  /** For names and keys, faster than calling the encoder; `false` when `text` is not ASCII. */
  #shortAscii(text: string): boolean {
    const start = this.#length + 1;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[start + index] = unit;
    }
    this.#bytes[this.#length] = 0xa0 | text.length;
    this.#length = start + text.length;
    return true;
  }

  #binary(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length < 0x100) this.#uint8(0xc4, length);
    else if (length < 0x1_0000) this.#uint16(0xc5, length);
    else this.#uint32(0xc6, length);
    this.#reserve(length);
    this.#bytes.set(bytes, this.#length);
    this.#length += length;
  }

  /** The timestamp extension: seconds alone, or with nanoseconds in 30 + 34 bits, or in 32 + 64 bits. */
  #timestamp(milliseconds: number): void {
    if (Number.isNaN(milliseconds)) throw cannotWrite('A date is not valid.');
    const seconds = Math.floor(milliseconds / 1000);
    const nanoseconds = (milliseconds - seconds * 1000) * 1_000_000;
    if (seconds >= 0 && seconds < 2 ** 32 && nanoseconds === 0) {
      this.#uint8(0xd6, 0xff);
      this.#rawUint32(seconds);
    } else if (seconds >= 0 && seconds < 2 ** 34) {
      this.#uint8(0xd7, 0xff);
      this.#rawUint32(nanoseconds * 4 + Math.floor(seconds / 2 ** 32));
      this.#rawUint32(seconds);
    } else {
      this.#uint16(0xc7, 0x0cff);
      this.#rawUint32(nanoseconds);
      this.#rawUint32(Math.floor(seconds / 2 ** 32));
      this.#rawUint32(seconds);
    }
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  #uint8(token: number, value: number): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = token;
    this.#bytes[this.#length++] = value;
  }

  #uint16(token: number, value: number): void {
    this.#reserve(3);
    this.#bytes[this.#length++] = token;
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  #uint32(token: number, value: number): void {
    this.#byte(token);
    this.#rawUint32(value);
  }

  /** The view keeps the lowest 32 bits of any number, as two's complement. */
  #rawUint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  #int64(token: number, value: bigint): void {
    this.#byte(token);
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, value);
    this.#length += 8;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function stringHeaderBytes(length: number): number {
  if (length < 0x20) return 1;
  if (length < 0x100) return 2;
  return length < 0x1_0000 ? 3 : 5;
}

function cannotWrite(detail: string): HubProtocolError {
  return new HubProtocolError('PROTOCOL_CANNOT_WRITE', detail);
}
