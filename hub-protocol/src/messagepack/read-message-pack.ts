import { HubProtocolError } from '../errors.ts';
import { MessageType } from '../messages.ts';
import { readKey, readText } from './message-pack-text.ts';

/** What a payload may cost to read. */
export interface ReadLimits {
  readonly maximumDepth: number;
  readonly maximumContainers: number;
}

/**
 * Reads one message: an array and nothing behind it. Builds plain data, bytes of their own and dates, and nothing else
 * that a peer could ask for.
 *
 * Throws a `HubProtocolError` for a length beyond the payload, more levels or more arrays and maps than allowed, map keys
 * that are neither strings nor integers, and every extension but the timestamp.
 */
export function readMessagePack(payload: Uint8Array, limits: ReadLimits): readonly unknown[] {
  return new Reader(payload, limits).readMessage();
}

const argumentsIndex = 4;

const timestampType = 0xff;

/**
 * Arrays up to this length are made at once, longer ones grow as they are filled: a peer can declare a length at every
 * level without sending a single item.
 */
const longestPrepared = 1024;

class Reader {
  readonly #payload: Uint8Array;
  readonly #end: number;
  readonly #limits: ReadLimits;
  #containers: number;
  #offset = 0;
  /** Made when the first float comes, which most messages never see. */
  #view: DataView | undefined;

  constructor(payload: Uint8Array, limits: ReadLimits) {
    this.#payload = payload;
    this.#end = payload.length;
    this.#limits = limits;
    this.#containers = limits.maximumContainers;
  }

  readMessage(): readonly unknown[] {
    const count = this.#messageHeader();
    const { maximumDepth } = this.#limits;
    const properties: unknown[] = [];
    for (let index = 0; index < count; index++) {
      // The arguments' own array is not one of the levels that a value may have.
      const isArguments =
        index === argumentsIndex &&
        (properties[0] === MessageType.Invocation || properties[0] === MessageType.StreamInvocation);
      properties.push(this.#value(isArguments ? maximumDepth + 1 : maximumDepth));
    }
    if (this.#offset < this.#end) throw invalid('Bytes follow the message.');
    return properties;
  }

  #messageHeader(): number {
    const token = this.#uint8();
    if (token >= 0x90 && token <= 0x9f) return token & 0x0f;
    if (token === 0xdc) return this.#uint16();
    if (token === 0xdd) return this.#uint32();
    throw invalid('It must be an array.');
  }

  /** `levels` is how many arrays and maps may still lie within one another here. */
  #value(levels: number): unknown {
    return this.#valueOf(this.#uint8(), levels);
  }

  #valueOf(token: number, levels: number): unknown {
    if (token <= 0x7f) return token;
    if (token >= 0xe0) return token - 0x100;
    if (token >= 0xcc && token <= 0xd3) return this.#integer(token);
    if (token >= 0xc0) return this.#longValue(token, levels);
    if (token >= 0xa0) return this.#string(token & 0x1f);
    return token >= 0x90 ? this.#array(token & 0x0f, levels) : this.#map(token & 0x0f, levels);
  }

  #longValue(token: number, levels: number): unknown {
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#binary(this.#uint8());
      case 0xc5:
        return this.#binary(this.#uint16());
      case 0xc6:
        return this.#binary(this.#uint32());
      case 0xca:
        return this.#floats.getFloat32(this.#take(4));
      case 0xcb:
        return this.#floats.getFloat64(this.#take(8));
      case 0xd9:
        return this.#string(this.#uint8());
      case 0xda:
        return this.#string(this.#uint16());
      case 0xdb:
        return this.#string(this.#uint32());
      case 0xdc:
        return this.#array(this.#uint16(), levels);
      case 0xdd:
        return this.#array(this.#uint32(), levels);
      case 0xde:
        return this.#map(this.#uint16(), levels);
      case 0xdf:
        return this.#map(this.#uint32(), levels);
      default:
        return this.#timestamp(token);
    }
  }

  #integer(token: number): number | bigint {
    switch (token) {
      case 0xcc:
        return this.#uint8();
      case 0xcd:
        return this.#uint16();
      case 0xce:
        return this.#uint32();
      case 0xd0:
        return (this.#uint8() << 24) >> 24;
      case 0xd1:
        return (this.#uint16() << 16) >> 16;
      case 0xd2:
        return this.#uint32() | 0;
      case 0xcf:
        return join(this.#uint32(), this.#uint32());
      default:
        return join(this.#uint32() | 0, this.#uint32());
    }
  }

  #array(count: number, levels: number): unknown[] {
    this.#enter(count, levels);
    const items: unknown[] = [];
    if (count <= longestPrepared) items.length = count;
    for (let index = 0; index < count; index++) items[index] = this.#value(levels - 1);
    return items;
  }

  #map(count: number, levels: number): object {
    this.#enter(count, levels);
    const members: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const key = this.#key();
      const value = this.#value(levels - 1);
      // Would set the prototype here, and of whatever somebody copies the object to.
      if (key !== '__proto__') members[key] = value;
    }
    return members;
  }

  #enter(count: number, levels: number): void {
    const { maximumDepth, maximumContainers } = this.#limits;
    if (levels === 0) throw new HubProtocolError('PROTOCOL_TOO_DEEP', `The limit is ${maximumDepth} levels.`);
    if (--this.#containers < 0) {
      throw new HubProtocolError(
        'PROTOCOL_MESSAGE_TOO_LARGE',
        `It holds more than ${maximumContainers} arrays and maps.`,
      );
    }
    if (count > this.#end - this.#offset) throw truncated();
  }

  #key(): string {
    const token = this.#uint8();
    if (token >= 0xa0 && token <= 0xbf) {
      const length = token & 0x1f;
      return readKey(this.#payload, this.#take(length), length);
    }
    if (isOtherKey(token)) return String(this.#valueOf(token, 0));
    throw invalid('A map key must be a string or an integer.');
  }

  #string(length: number): string {
    return readText(this.#payload, this.#take(length), length);
  }

  /** A copy: a view would change with the transport's buffer, or keep all of it alive. */
  #binary(length: number): Uint8Array {
    const start = this.#take(length);
    const bytes = new Uint8Array(length);
    bytes.set(this.#payload.subarray(start, start + length));
    return bytes;
  }

  #timestamp(token: number): Date {
    const length = this.#extensionLength(token);
    if (this.#uint8() === timestampType) {
      if (length === 4) return new Date(this.#uint32() * 1000);
      if (length === 8) {
        const high = this.#uint32();
        return toDate((high & 0x3) * 2 ** 32 + this.#uint32(), high >>> 2);
      }
      if (length === 12) {
        const nanoseconds = this.#uint32();
        return toDate((this.#uint32() | 0) * 2 ** 32 + this.#uint32(), nanoseconds);
      }
    }
    throw invalid('No extension is allowed but the timestamp.');
  }

  #extensionLength(token: number): number {
    switch (token) {
      case 0xc7:
        return this.#uint8();
      case 0xc8:
        return this.#uint16();
      case 0xc9:
        return this.#uint32();
      case 0xc1:
        throw invalid('The byte 0xc1 has no meaning.');
      default:
        // 0xd4 to 0xd8 say one, two, four, eight and sixteen bytes.
        return 2 ** (token - 0xd4);
    }
  }

  get #floats(): DataView {
    this.#view ??= new DataView(this.#payload.buffer, this.#payload.byteOffset, this.#end);
    return this.#view;
  }

  /** Where the next `length` bytes start; they are taken. */
  #take(length: number): number {
    const start = this.#offset;
    this.#offset += length;
    if (this.#offset > this.#end) throw truncated();
    return start;
  }

  #uint8(): number {
    return this.#payload[this.#take(1)]!;
  }

  #uint16(): number {
    const start = this.#take(2);
    return (this.#payload[start]! << 8) | this.#payload[start + 1]!;
  }

  #uint32(): number {
    return this.#uint16() * 0x1_0000 + this.#uint16();
  }
}

/** Integers of every width, and strings that do not have their length in the token. */
function isOtherKey(token: number): boolean {
  return token <= 0x7f || token >= 0xe0 || (token >= 0xcc && token <= 0xd3) || (token >= 0xd9 && token <= 0xdb);
}

/** An integer of 64 bits: a number where that is exact. */
function join(high: number, low: number): number | bigint {
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : BigInt(high) * 2n ** 32n + BigInt(low);
}

function toDate(seconds: number, nanoseconds: number): Date {
  return new Date(seconds * 1000 + Math.floor(nanoseconds / 1_000_000));
}

function truncated(): HubProtocolError {
  return invalid('It ends too early.');
}

function invalid(detail: string): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE', detail);
}
