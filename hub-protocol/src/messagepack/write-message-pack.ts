import { HubProtocolError } from '../errors.ts';
import { MessagePackBlock } from './message-pack-block.ts';

/** As deep as `@microsoft/signalr` writes; it also ends the writing of a value that holds itself. */
const maximumDepth = 100;

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
  } catch (error) {
    writer.take();
    throw error;
  } finally {
    spare = writer;
  }
  return writer.take();
}

class Writer {
  readonly #block = new MessagePackBlock();

  take(): Uint8Array {
    return this.#block.take();
  }

  write(value: unknown, levels: number): void {
    switch (typeof value) {
      case 'string':
        return this.#block.string(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.#block.byte(value ? 0xc3 : 0xc2);
      case 'bigint':
        return this.#bigint(value);
      case 'object':
        return value === null ? this.#block.byte(0xc0) : this.#object(value, levels);
      case 'undefined':
      case 'function':
      case 'symbol':
      default:
        return this.#block.byte(0xc0);
    }
  }

  #object(value: object, levels: number): void {
    if (levels === 0) throw cannotWrite(`A value has more than ${maximumDepth} levels.`);
    if (Array.isArray(value)) {
      const count = value.length;
      this.#header(count, { small: 0x90, first: 0xdc });
      // By index: the header has said how many there are, whatever an iterator gives.
      for (let index = 0; index < count; index++) this.write(value[index], levels - 1);
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
      this.#block.string(key);
      this.write(Reflect.get(value, key), levels);
    }
  }

  /** The count of an array or a map: in the first byte up to 15, else in two bytes or four. */
  #header(count: number, { small, first }: { readonly small: number; readonly first: number }): void {
    if (count < 0x10) this.#block.byte(small | count);
    else if (count < 0x1_0000) this.#block.uint16(first, count);
    else this.#block.uint32(first + 1, count);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.#block.float64(value);
    } else if (value >= 0) this.#positive(value);
    else this.#negative(value);
  }

  #positive(value: number): void {
    if (value < 0x80) this.#block.byte(value);
    else if (value < 0x100) this.#block.uint8(0xcc, value);
    else if (value < 0x1_0000) this.#block.uint16(0xcd, value);
    else if (value < 0x1_0000_0000) this.#block.uint32(0xce, value);
    else this.#block.int64(0xcf, BigInt(value));
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#block.byte(value & 0xff);
    else if (value >= -0x80) this.#block.uint8(0xd0, value);
    else if (value >= -0x8000) this.#block.uint16(0xd1, value);
    else if (value >= -0x8000_0000) this.#block.uint32(0xd2, value);
    else this.#block.int64(0xd3, BigInt(value));
  }

  #bigint(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) this.#number(number);
    else if (BigInt.asUintN(64, value) === value) this.#block.int64(0xcf, value);
    else if (BigInt.asIntN(64, value) === value) this.#block.int64(0xd3, value);
    else throw cannotWrite('A bigint has more than 64 bits.');
  }

  #binary(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length < 0x100) this.#block.uint8(0xc4, length);
    else if (length < 0x1_0000) this.#block.uint16(0xc5, length);
    else this.#block.uint32(0xc6, length);
    this.#block.rawBytes(bytes);
  }

  /** The timestamp extension: seconds alone, or with nanoseconds in 30 + 34 bits, or in 32 + 64 bits. */
  #timestamp(milliseconds: number): void {
    if (Number.isNaN(milliseconds)) throw cannotWrite('A date is not valid.');
    const seconds = Math.floor(milliseconds / 1000);
    const nanoseconds = (milliseconds - seconds * 1000) * 1_000_000;
    if (seconds >= 0 && seconds < 2 ** 32 && nanoseconds === 0) {
      this.#block.uint8(0xd6, 0xff);
      this.#block.rawUint32(seconds);
    } else if (seconds >= 0 && seconds < 2 ** 34) {
      this.#block.uint8(0xd7, 0xff);
      this.#block.rawUint32(nanoseconds * 4 + Math.floor(seconds / 2 ** 32));
      this.#block.rawUint32(seconds);
    } else {
      this.#block.uint16(0xc7, 0x0cff);
      this.#block.rawUint32(nanoseconds);
      this.#block.rawUint32(Math.floor(seconds / 2 ** 32));
      this.#block.rawUint32(seconds);
    }
  }
}

function cannotWrite(detail: string): HubProtocolError {
  return new HubProtocolError('PROTOCOL_CANNOT_WRITE', detail);
}
