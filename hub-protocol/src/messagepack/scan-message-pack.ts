import { HubProtocolError } from '../errors.ts';

/** What a payload may cost to decode. */
export interface ScanLimits {
  readonly maximumDepth: number;
  readonly maximumContainers: number;
}

/**
 * Walks a message without building anything, and throws a `HubProtocolError` unless a decoder that trusts its input can
 * be let loose on it: one array with nothing behind it, every length within the payload, no deeper and with no more
 * arrays and maps than allowed, map keys that are strings or integers, and no extension but the timestamp.
 */
export function scanMessagePack(payload: Uint8Array, limits: ScanLimits): void {
  new Scanner(payload, limits).scanMessage();
}

/** The type whose arguments, one level further down than other values, are counted from there. */
const typesWithArguments = [1, 4];
const argumentsIndex = 4;

const timestampType = 0xff;
const timestampBytes = [4, 8, 12];

class Scanner {
  readonly #payload: Uint8Array;
  readonly #maximumDepth: number;
  readonly #maximumContainers: number;
  #offset = 0;
  #containers = 0;

  constructor(payload: Uint8Array, { maximumDepth, maximumContainers }: ScanLimits) {
    this.#payload = payload;
    this.#maximumDepth = maximumDepth;
    this.#maximumContainers = maximumContainers;
  }

  scanMessage(): void {
    const count = this.#messageHeader();
    const hasArguments = typesWithArguments.includes(this.#payload[this.#offset] ?? 0);
    for (let index = 0; index < count; index++) {
      this.#value(hasArguments && index === argumentsIndex ? this.#maximumDepth + 1 : this.#maximumDepth);
    }
    if (this.#offset < this.#payload.length) throw invalid('Bytes follow the message.');
  }

  #messageHeader(): number {
    const token = this.#uint(1);
    if (token >= 0x90 && token <= 0x9f) return token & 0x0f;
    if (token === 0xdc) return this.#uint(2);
    if (token === 0xdd) return this.#uint(4);
    throw invalid('It must be an array.');
  }

  /** `levels` is how many arrays and maps may still lie within one another here. */
  #value(levels: number): void {
    const token = this.#payload[this.#offset++];
    if (token === undefined) throw truncated();
    if (token <= 0x7f || token >= 0xe0) return;
    if (token <= 0x8f) this.#map(token & 0x0f, levels);
    else if (token <= 0x9f) this.#array(token & 0x0f, levels);
    else if (token <= 0xbf) this.#skip(token & 0x1f);
    else this.#longValue(token, levels);
  }

  #longValue(token: number, levels: number): void {
    switch (token) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        return;
      case 0xcc:
      case 0xd0:
        return this.#skip(1);
      case 0xcd:
      case 0xd1:
        return this.#skip(2);
      case 0xca:
      case 0xce:
      case 0xd2:
        return this.#skip(4);
      case 0xcb:
      case 0xcf:
      case 0xd3:
        return this.#skip(8);
      case 0xc4:
      case 0xd9:
        return this.#skip(this.#uint(1));
      case 0xc5:
      case 0xda:
        return this.#skip(this.#uint(2));
      case 0xc6:
      case 0xdb:
        return this.#skip(this.#uint(4));
      case 0xdc:
        return this.#array(this.#uint(2), levels);
      case 0xdd:
        return this.#array(this.#uint(4), levels);
      case 0xde:
        return this.#map(this.#uint(2), levels);
      case 0xdf:
        return this.#map(this.#uint(4), levels);
      case 0xc7:
        return this.#extension(this.#uint(1));
      case 0xc8:
        return this.#extension(this.#uint(2));
      case 0xc9:
        return this.#extension(this.#uint(4));
      case 0xc1:
        throw invalid('The byte 0xc1 has no meaning.');
      default:
        // 0xd4 to 0xd8 say one, two, four, eight and sixteen bytes.
        return this.#extension(2 ** (token - 0xd4));
    }
  }

  #array(count: number, levels: number): void {
    this.#enter(levels);
    for (let index = 0; index < count; index++) this.#value(levels - 1);
  }

  #map(count: number, levels: number): void {
    this.#enter(levels);
    for (let index = 0; index < count; index++) {
      if (!isKey(this.#payload[this.#offset] ?? 0)) throw invalid('A map key must be a string or an integer.');
      this.#value(0);
      this.#value(levels - 1);
    }
  }

  #enter(levels: number): void {
    if (levels === 0) {
      throw new HubProtocolError('PROTOCOL_TOO_DEEP', `The limit is ${this.#maximumDepth} levels.`);
    }
    if (++this.#containers > this.#maximumContainers) {
      throw new HubProtocolError(
        'PROTOCOL_MESSAGE_TOO_LARGE',
        `It holds more than ${this.#maximumContainers} arrays and maps.`,
      );
    }
  }

  #extension(length: number): void {
    if (this.#uint(1) !== timestampType || !timestampBytes.includes(length)) {
      throw invalid('No extension is allowed but the timestamp.');
    }
    this.#skip(length);
  }

  #skip(length: number): void {
    this.#offset += length;
    if (this.#offset > this.#payload.length) throw truncated();
  }

  #uint(bytes: 1 | 2 | 4): number {
    const start = this.#offset;
    this.#skip(bytes);
    let value = 0;
    for (let offset = start; offset < this.#offset; offset++) value = value * 0x100 + this.#payload[offset]!;
    return value;
  }
}

function isKey(token: number): boolean {
  if (token >= 0xa0 && token <= 0xbf) return true;
  return token <= 0x7f || token >= 0xe0 || (token >= 0xcc && token <= 0xd3) || (token >= 0xd9 && token <= 0xdb);
}

function truncated(): HubProtocolError {
  return invalid('It ends too early.');
}

function invalid(detail: string): HubProtocolError {
  return new HubProtocolError('PROTOCOL_INVALID_MESSAGE', detail);
}
