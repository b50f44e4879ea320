import { decode, encode } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HubProtocolErrorCode } from '../errors.ts';
import { MessageType, type HubMessage } from '../messages.ts';
import { arbitraryHubMessage, arbitraryValue } from '../testing/index.ts';
import { MessagePackHubProtocol, type MessagePackHubProtocolOptions } from './messagepack-hub-protocol.ts';

const protocol = new MessagePackHubProtocol();

function withCode(code: HubProtocolErrorCode, detail = ''): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(detail) });
}

function item(value: unknown): HubMessage {
  return { type: MessageType.StreamItem, invocationId: '1', item: value };
}

/** The bytes of one value as we write it: what follows `[2, {}, "1"` on the wire. */
function written(value: unknown): string {
  return Buffer.from(protocol.writeMessage(item(value)).subarray(5)).toString('hex');
}

/** A stream item with these bytes in the place of its value. */
function payload(...bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(0x94, 0x02, 0x80, 0xa1, 0x31, ...bytes);
}

function read(...bytes: readonly number[]): unknown {
  return itemOf(protocol.parseMessage(payload(...bytes)));
}

function itemOf(message: HubMessage | undefined): unknown {
  return message?.type === MessageType.StreamItem ? message.item : new Error('not a stream item');
}

describe('MessagePackHubProtocol beside @msgpack/msgpack', () => {
  it('writes every value with the same bytes', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        expect(written(value)).toBe(Buffer.from(encode(value)).toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('reads every value that it writes', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        expect(read(...encode(value))).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('is read by it', () => {
    fc.assert(
      fc.property(arbitraryHubMessage, (message) => {
        expect(decode(protocol.writeMessage(message))).toHaveProperty('0', message.type);
      }),
    );
    const message: HubMessage = { type: 1, invocationId: '1', target: 't', arguments: [1, { a: 'b' }] };
    expect(decode(protocol.writeMessage(message))).toEqual([1, {}, '1', 't', [1, { a: 'b' }]]);
  });

  it.each([
    ['bytes', Uint8Array.of(1, 2, 3)],
    ['300 bytes', new Uint8Array(300)],
    ['70,000 bytes', new Uint8Array(70_000)],
    ['no bytes', new Uint8Array(0)],
    ['a part of a buffer', new Uint8Array([1, 2, 3, 4]).subarray(1, 3)],
    ['floats', Float64Array.of(1.5, -2)],
    ['a view', new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2)],
    ['a date of whole seconds', new Date('2026-11-22T10:00:00.000Z')],
    ['a date with milliseconds', new Date('2026-11-22T10:00:00.123Z')],
    ['the epoch', new Date(0)],
    ['a date just after the epoch', new Date(1)],
    ['a date before the epoch', new Date(-1)],
    ['a date long before the epoch', new Date('0001-01-01T00:00:00.000Z')],
    ['a date beyond 32 bits of seconds', new Date('2106-02-07T06:28:16.000Z')],
    ['a date beyond 34 bits of seconds', new Date('2514-05-30T01:53:04.001Z')],
    ['the last date', new Date(8.64e15)],
    ['a long text', 'x'.repeat(70_000)],
    ['a long text beyond ASCII', '€'.repeat(30_000)],
    ['a large array', Array.from({ length: 70_000 }, (_, index) => index)],
    ['a large map', Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, index]))],
    ['undefined in an array', [undefined, 1]],
    ['undefined in an object', { a: undefined }],
  ])('writes %s with the same bytes', (_, value) => {
    expect(written(value)).toBe(Buffer.from(encode(value)).toString('hex'));
  });
});

describe('MessagePackHubProtocol, integers', () => {
  it.each([
    [2 ** 32, 'cf0000000100000000'],
    [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
    [-(2 ** 31) - 1, 'd3ffffffff7fffffff'],
    [Number.MIN_SAFE_INTEGER, 'd3ffe0000000000001'],
    [1_795_341_600_000, 'cf000001a202b2c500'],
    [2 ** 53, 'cb4340000000000000'],
    [-0, '00'],
    [5n, '05'],
    [-1n, 'ff'],
    [2n ** 53n, 'cf0020000000000000'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
  ])('writes %s as %s', (value, hex) => {
    expect(written(value)).toBe(hex);
  });

  it('refuses a bigint beyond 64 bits', () => {
    for (const value of [2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => written(value)).toThrow(withCode('PROTOCOL_CANNOT_WRITE', '64 bits'));
    }
  });

  it.each<[number[], number | bigint]>([
    [[0xcf, 0, 0, 0, 0, 0, 0, 0, 5], 5],
    [[0xcf, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Number.MAX_SAFE_INTEGER],
    [[0xd3, 0xff, 0xe0, 0, 0, 0, 0, 0, 1], Number.MIN_SAFE_INTEGER],
    [[0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1], 2n ** 53n + 1n],
    [[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 2n ** 64n - 1n],
    [[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], -(2n ** 63n)],
    [[0xca, 0x3f, 0xc0, 0, 0], 1.5],
  ])('reads %s as %s', (bytes, value) => {
    expect(read(...bytes)).toBe(value);
  });
});

describe('MessagePackHubProtocol, writing', () => {
  it('uses the smallest form of a map', () => {
    expect(written({})).toBe('80');
    expect(written({ a: 1 })).toBe('81a16101');
  });

  it('writes as many items as an array has, whatever its iterator gives', () => {
    const odd = [1, 2];
    odd[Symbol.iterator] = () => [][Symbol.iterator]();
    expect(written(odd)).toBe('920102');
  });

  it('writes what has no value as nil', () => {
    for (const value of [undefined, null, Symbol('s'), () => 1]) expect(written(value)).toBe('c0');
  });

  it('asks objects for their JSON form, but not dates and bytes', () => {
    expect(written({ toJSON: () => 'own form' })).toBe(written('own form'));
    expect(written(Buffer.from([1, 2]))).toBe('c4020102');
    expect(written(Uint8Array.of(1, 2).buffer)).toBe('c4020102');
  });

  it('lets a value write a message of its own', () => {
    const value = { toJSON: () => written('inner') };
    expect(written(['before', value, 'after'])).toBe(written(['before', written('inner'), 'after']));
  });

  it('never writes text that is not UTF-8', () => {
    expect(read(...Buffer.from(written('a\ud800b'), 'hex'))).toBe('a\ufffdb');
  });

  it('refuses an invalid date and what is too deep, and passes on what toJSON throws', () => {
    expect(() => written(new Date(Number.NaN))).toThrow(withCode('PROTOCOL_CANNOT_WRITE', 'date'));
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level++) deep = { deep };
    expect(() => written(deep)).toThrow(withCode('PROTOCOL_CANNOT_WRITE', 'levels'));
    const failure = new Error('from toJSON');
    const failing = {
      toJSON: () => {
        throw failure;
      },
    };
    expect(() => written(failing)).toThrow(expect.objectContaining({ cause: failure }));
    expect(written('next')).toBe('a46e657874');
  });

  it('gives payloads that later messages leave alone, and that keep no large buffer alive', () => {
    protocol.writeMessage(item('x'.repeat(100_000)));
    const first = protocol.writeMessage(item('first'));
    const copy = first.slice();
    protocol.writeMessage(item('second, and longer than the first'));
    expect(first).toEqual(copy);
    expect(first.buffer.byteLength).toBeLessThanOrEqual(8192);
  });
});

describe('MessagePackHubProtocol, reading', () => {
  it('takes a call without streams, with them, and with what later versions add', () => {
    const call = (...rest: unknown[]): HubMessage | undefined =>
      protocol.parseMessage(encode([1, {}, null, 't', [], ...rest]));
    expect(call()).toStrictEqual({ type: 1, target: 't', arguments: [] });
    expect(call([])).toStrictEqual({ type: 1, target: 't', arguments: [] });
    expect(call(['s'], { later: 1 })).toStrictEqual({ type: 1, target: 't', arguments: [], streamIds: ['s'] });
    expect(protocol.parseMessage(encode([6, 'later']))).toStrictEqual({ type: 6 });
    expect(protocol.parseMessage(encode([7, null, false, 'later']))).toStrictEqual({ type: 7 });
  });

  it('takes an empty invocation id as none', () => {
    expect(protocol.parseMessage(encode([1, {}, '', 't', []]))).not.toHaveProperty('invocationId');
  });

  it.each([
    [[3, {}, '1', 0], 'A completion'],
    [[3, {}, '1', 4, 'x'], 'A completion'],
    [[3, {}, '1', 1], 'A completion'],
    [[3, {}, '1', 1, null], 'A completion'],
    [[3, {}, '1', 3], 'A completion'],
    [[3, {}, '1'], 'A completion'],
    [[], "'type'"],
    [{ type: 6 }, 'array'],
    [6, 'array'],
    ['x', 'array'],
  ])('refuses %j', (message, detail) => {
    expect(() => protocol.parseMessage(encode(message))).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', detail));
  });

  it('gives bytes of their own, that do not change with the frame', () => {
    const frame = Buffer.from(payload(0xc4, 2, 1, 2));
    const bytes = itemOf(protocol.parseMessage(frame));
    frame.fill(9);
    expect(bytes).toStrictEqual(Uint8Array.of(1, 2));
  });

  it('leaves no trace on the payload', () => {
    const frame = payload(0x01);
    protocol.parseMessage(frame);
    expect(Object.keys(frame)).toEqual(Object.keys(payload(0x01)));
    expect(frame).not.toHaveProperty('dataView');
  });

  it('reads dates from timestamps of each length', () => {
    for (const date of [new Date(0), new Date(123), new Date(-62_135_596_800_000), new Date(2 ** 33 * 1000 + 7)]) {
      expect(read(...encode(date))).toEqual(date);
    }
  });

  it('reads integer keys as text and refuses other keys', () => {
    expect(read(0x82, 0x01, 0x61, 0xff, 0x62)).toEqual({ '1': 0x61, '-1': 0x62 });
    for (const key of [[0xc0], [0xc3], [0x90], [0x80], [0xc4, 0], [0xca, 0, 0, 0, 0]]) {
      expect(() => read(0x81, ...key, 0x01)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', 'key'));
    }
  });

  it('replaces bytes that are not UTF-8', () => {
    expect(read(0xa3, 0x61, 0xff, 0x62)).toBe('a\ufffdb');
    expect(read(0xd9, 3, 0x61, 0xed, 0x62)).toBe('a\ufffdb');
  });

  it.each([
    ['__proto__', [0xa9]],
    ['__proto__', [0xd9, 9]],
    ['__proto__', [0xda, 0, 9]],
    ['__proto__', [0xdb, 0, 0, 0, 9]],
  ])('lets the key %s after %s reach no prototype', (key, header) => {
    const value = read(0x81, ...header, ...Buffer.from(key), 0x81, 0xa1, 0x61, 0x01);
    expect(Object.keys(Object(value))).not.toContain('__proto__');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('MessagePackHubProtocol, extensions', () => {
  const timestamp = 0xff;
  const types = Array.from({ length: 256 }, (_, type) => type);

  it('refuses every type but the timestamp, in every form', () => {
    for (const type of types.filter((candidate) => candidate !== timestamp)) {
      const fixed = [1, 2, 4, 8, 16].map((length, index) => [0xd4 + index, type, ...new Uint8Array(length)]);
      const sized = [
        [0xc7, 4, type, 0, 0, 0, 0],
        [0xc8, 0, 4, type, 0, 0, 0, 0],
        [0xc9, 0, 0, 0, 4, type, 0, 0, 0, 0],
      ];
      for (const bytes of [...fixed, ...sized]) {
        expect(() => read(...bytes)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', 'extension'));
        expect(() => read(0x91, ...bytes)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', 'extension'));
      }
    }
  });

  it.each([
    ['a regular expression', [0xd4, 0x78, 0, 0x92, 0xa1, 0x61, 0xa0]],
    ['an error', [0xd4, 0x65, 0, 0x92, 0xa5, ...Buffer.from('Error'), 0xa1, 0x61]],
    ['a set', [0xd4, 0x73, 0, 0x91, 1]],
    ['a typed array', [0xc7, 3, 0x74, 1, 5, 6]],
    ['a record', [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01]],
    ['a pointer', [0xd6, 0x70, 0, 0, 0, 1]],
    ['an object with an id', [0xd6, 0x69, 0, 0, 0, 1, 0x80]],
    ['bundled text', [0xd6, 0x62, 0, 0, 0, 5]],
    ['a large bigint', [0xd7, 0x42, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['undefined', [0xd4, 0, 0]],
    ['a timestamp of one byte', [0xd4, timestamp, 0]],
    ['a timestamp of 16 bytes', [0xd8, timestamp, ...new Uint8Array(16)]],
    ['the byte without a meaning', [0xc1]],
  ])('builds nothing for %s', (_, bytes) => {
    expect(() => read(...bytes)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
  });
});

describe('MessagePackHubProtocol, cost', () => {
  const limited = (options: MessagePackHubProtocolOptions): MessagePackHubProtocol =>
    new MessagePackHubProtocol(options);

  it.each([65, 5_000, 1_000_000])('refuses arrays of %i levels', (levels) => {
    const deep = new Uint8Array(5 + levels + 1).fill(0x91);
    deep.set(payload());
    expect(() => protocol.parseMessage(deep)).toThrow(withCode('PROTOCOL_TOO_DEEP'));
  });

  it('has its depth as an option', () => {
    const shallow = limited({ maximumDepth: 1 });
    expect(shallow.parseMessage(payload(0x91, 1))).toBeDefined();
    expect(() => shallow.parseMessage(payload(0x91, 0x91, 1))).toThrow(withCode('PROTOCOL_TOO_DEEP'));
  });

  it('refuses a megabyte of empty maps before it costs more memory than a megabyte of numbers', () => {
    const filledWith = (token: number): Uint8Array => {
      const bytes = new Uint8Array(1 << 20).fill(token);
      bytes.set([0x94, 0x02, 0x80, 0xa1, 0x31, 0xdd, 0, 0x0f, 0xff, 0xf6]);
      return bytes;
    };
    const costOf = (read: () => void): number => {
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      read();
      return process.memoryUsage().heapUsed - before;
    };
    const [bomb, numbers] = [filledWith(0x80), filledWith(0x01)];
    const bombCost = costOf(() =>
      expect(() => protocol.parseMessage(bomb)).toThrow(
        withCode('PROTOCOL_MESSAGE_TOO_LARGE', '100000 arrays and maps'),
      ),
    );
    expect(bombCost).toBeLessThan(costOf(() => protocol.parseMessage(numbers)));
  });

  it('counts arrays and maps against its option', () => {
    const three = payload(0x92, 0x80, 0x90);
    // The headers are a map as well.
    expect(limited({ maximumContainers: 4 }).parseMessage(three)).toBeDefined();
    expect(() => limited({ maximumContainers: 3 }).parseMessage(three)).toThrow(withCode('PROTOCOL_MESSAGE_TOO_LARGE'));
    for (const maximumContainers of [0, -1, 1.5]) {
      expect(() => limited({ maximumContainers })).toThrow(withCode('PROTOCOL_INVALID_OPTION'));
    }
  });

  it.each([
    ['str 8', [0xd9, 0xff]],
    ['str 16', [0xda, 0xff, 0xff]],
    ['str 32', [0xdb, 0xff, 0xff, 0xff, 0xff]],
    ['bin 8', [0xc4, 0xff]],
    ['bin 16', [0xc5, 0xff, 0xff]],
    ['bin 32', [0xc6, 0xff, 0xff, 0xff, 0xff]],
    ['array 16', [0xdc, 0xff, 0xff]],
    ['array 32', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['map 16', [0xde, 0xff, 0xff]],
    ['map 32', [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['ext 32', [0xc9, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['fixarray', [0x9f]],
    ['fixmap', [0x8f]],
    ['fixstr', [0xbf]],
    ['float 64', [0xcb, 0]],
    ['uint 64', [0xcf, 0]],
    ['timestamp 64', [0xd7, 0xff, 0]],
  ])('refuses a %s whose length lies', (_, bytes) => {
    expect(() => read(...bytes)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
    expect(() => protocol.parseMessage(Uint8Array.from(bytes))).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
  });

  it('refuses bytes behind the message', () => {
    expect(() => protocol.parseMessage(Uint8Array.of(0x91, 6, 0))).toThrow(
      withCode('PROTOCOL_INVALID_MESSAGE', 'follow'),
    );
  });

  it('reads thousands of map keys that collide as numbers', () => {
    const count = 20_000;
    const keys = Array.from({ length: count }, (_, index) => [`${index * 4096}`, index]);
    const bytes = encode([2, {}, '1', Object.fromEntries(keys)]);
    expect(Object.keys(Object(itemOf(protocol.parseMessage(bytes))))).toHaveLength(count);
  });
});
