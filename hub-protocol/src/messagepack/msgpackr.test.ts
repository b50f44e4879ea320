import { addExtension, Packr, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { isHubProtocolError } from '../errors.ts';
import { readMessagePack } from './read-message-pack.ts';

// What docs/adr/0001 says of msgpackr, as far as it can be shown. A version that fails here is a reason to decide again.

const options = {
  useRecords: false,
  mapsAsObjects: true,
  moreTypes: false,
  structuredClone: false,
  bundleStrings: false,
  int64AsType: 'bigint',
} as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const limits = { maximumDepth: 64, maximumContainers: 100_000 };

function refusalOf(bytes: Uint8Array): unknown {
  try {
    return readMessagePack(bytes, limits);
  } catch (error) {
    return isHubProtocolError(error) ? error.code : error;
  }
}

describe('msgpackr, reading with every extra switched off', () => {
  it.each([
    ['a regular expression', 'd4780092a161a167', RegExp],
    ['an error', 'd4650093a9547970654572726f72a178d40000', Error],
    ['a set', 'd473009101', Set],
    ['a typed array', 'c70574070000803f', Float32Array],
  ])('builds %s when a peer asks for it', (_, wire, type) => {
    expect(unpackr.unpack(Buffer.from(wire, 'hex'))).toBeInstanceOf(type);
    expect(refusalOf(Buffer.from(`91${wire}`, 'hex'))).toBe('PROTOCOL_INVALID_MESSAGE');
  });

  it('recurses as deep as the peer nests', () => {
    const nested = Buffer.alloc(200_000, 0x91);
    nested[nested.length - 1] = 1;
    expect(() => unpackr.unpack(nested)).toThrow(RangeError);
    expect(refusalOf(nested)).toBe('PROTOCOL_TOO_DEEP');
  });

  it('builds as many maps as a peer sends', () => {
    const count = 1_000_000;
    const maps = Buffer.alloc(5 + count, 0x80);
    maps[0] = 0xdd;
    maps.writeUInt32BE(count, 1);
    expect(unpackr.unpack(maps)).toHaveLength(count);
    expect(refusalOf(maps)).toBe('PROTOCOL_MESSAGE_TOO_LARGE');
  });
});

describe('msgpackr, writing', () => {
  it('makes integers beyond 32 bits floats, and of positive bigints signed ones', () => {
    expect(hex(packr.pack(2 ** 40))).toMatch(/^cb/u);
    expect(hex(packr.pack(2n ** 40n))).toBe('d30000010000000000');
  });

  it('writes typed arrays with what its buffer held, and views without what they hold', () => {
    const own = new Packr(options);
    own.useBuffer(Buffer.alloc(10_000, 'S'));
    expect(Buffer.from(own.pack(Float32Array.of(1, 2, 3))).toString('latin1')).toBe(
      '\u00C4\f\u0001\u0002\u0003SSSSSSSSS',
    );
    expect(hex(packr.pack(new DataView(Uint8Array.of(1, 2, 3).buffer)))).toBe('c400');
  });

  it('keeps megabytes alive for one byte that was written after them', () => {
    packr.pack('x'.repeat(3_000_000));
    expect(packr.pack(1).buffer.byteLength).toBeGreaterThan(3_000_000);
  });

  it('writes by the extensions that any other code in the process adds', () => {
    class Temperature {
      readonly degrees = 20;
    }
    const before = hex(packr.pack(new Temperature()));
    addExtension({ Class: Temperature, type: 9, pack: () => Buffer.of(1) });
    expect([before.slice(0, 2), hex(packr.pack(new Temperature()))]).toEqual(['de', 'd40901']);
  });

  it('takes the longest form for dates after 2106, and half a character as it is', () => {
    expect(hex(packr.pack(new Date(Date.UTC(2200, 0))))).toMatch(/^c70cff/u);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(packr.pack('\uD800').subarray(1))).toThrow(TypeError);
  });
});
