import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHubProtocolError } from '../errors.ts';
import { writeJsonValue } from './write-json-value.ts';

type Bytes = ArrayBuffer | ArrayBufferView;

function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function base64(bytes: Bytes): string {
  return ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    : Buffer.from(bytes).toString('base64');
}

/** Says the same without a thought of speed: a replacer for everything. */
function writeSlowly(value: unknown): string {
  const json = JSON.stringify(value, function (this: Record<string, unknown>, key, member: unknown) {
    const original = this[key];
    if (typeof member === 'bigint') {
      if (Number.isSafeInteger(Number(member))) return Number(member);
      throw new RangeError('too large');
    }
    if (!isBytes(original)) return member;
    if (Buffer.isBuffer(original)) return base64(original);
    if (member !== original) return member;
    const members = Object.keys(original);
    return members.length === 0 || members[0] === '0' ? base64(original) : member;
  });
  return json ?? 'null';
}

function outcomeOf(work: () => string): unknown {
  try {
    return work();
  } catch (error) {
    return isHubProtocolError(error) || error instanceof RangeError ? 'refused' : String(error);
  }
}

class Hexadecimal extends Uint8Array {
  toJSON(): string {
    return Buffer.from(this).toString('hex');
  }
}

class Point {
  readonly x: unknown;
  constructor(x: unknown) {
    this.x = x;
  }
}

const bytes = fc.uint8Array({ maxLength: 12 });
const special: fc.Arbitrary<unknown> = fc.oneof(
  bytes,
  bytes.map((array) => Buffer.from(array)),
  bytes.map((array) => array.slice().buffer),
  bytes.map((array) => new DataView(array.slice().buffer)),
  bytes.map((array) => new Hexadecimal(array)),
  bytes.map((array) => Object.assign(array.slice(), { name: 'n' })),
  bytes.map((array) => Object.assign(array.slice().buffer, { name: 'n' })),
  fc.float32Array({ maxLength: 4 }),
  fc.bigInt64Array({ maxLength: 2 }),
  fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  bytes.map((array) => ({ toJSON: () => array })),
  bytes.map((array) => ({ toJSON: () => ({ array }) })),
  bytes.map((array) => Object.assign(() => 1, { toJSON: () => array })),
  bytes.map((array) => new Point(array)),
  bytes.map((array) => new Map([['a', array]])),
  bytes.map((array) => Object.create({ inherited: array }) as unknown),
);
const plain: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('{}', '{"0":1}', '{"type":"Buffer"}', undefined, Number.NaN, {}, [], { '0': 1 }, { type: 'Buffer' }),
  fc.date(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Puts the value where a look at the first few does not find it. */
function bury(value: unknown, depth: number, before: number): unknown {
  let buried: unknown = [...Array.from({ length: before }, (_, index) => index), value];
  for (let level = 0; level < depth; level++) buried = level % 2 === 0 ? { level, buried } : [level, buried];
  return buried;
}

describe('writeJsonValue', () => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: plain },
      { weight: 1, arbitrary: special },
      { weight: 2, arbitrary: fc.array(tie('value')) },
      { weight: 2, arbitrary: fc.dictionary(fc.string(), tie('value')) },
    ),
  }));

  it('writes any value as it would with a replacer for all of it', () => {
    const burial = fc.record({ value, depth: fc.nat(9), before: fc.constantFrom(0, 1, 5, 6, 7, 8, 9, 200) });
    fc.assert(
      fc.property(burial, ({ value: inner, depth, before }) => {
        const buried = bury(inner, depth, before);
        expect(outcomeOf(() => writeJsonValue(buried))).toBe(outcomeOf(() => writeSlowly(buried)));
        const alone = typeof inner === 'function' ? undefined : inner;
        expect(outcomeOf(() => writeJsonValue(alone))).toBe(outcomeOf(() => writeSlowly(alone)));
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);

  it('finds bytes of every kind behind a thousand numbers', () => {
    const source = Uint8Array.of(1, 2, 3);
    for (const inner of [source, source.buffer, new DataView(source.buffer), Buffer.from(source)]) {
      expect(writeJsonValue(bury({ inner }, 3, 1_000))).toContain('{"inner":"AQID"}');
    }
    for (const inner of [new Uint8Array(0), new ArrayBuffer(0), Buffer.alloc(0), new BigInt64Array(0)]) {
      expect(writeJsonValue(bury({ inner }, 3, 1_000))).toContain('{"inner":""}');
    }
    expect(writeJsonValue(bury(7n, 3, 1_000))).toContain('999,7]');
  });

  it('refuses a cycle, and a bigint that JSON would round, behind a thousand numbers', () => {
    const cycle: unknown[] = Array.from({ length: 1_000 }, (_, index) => index);
    cycle.push(cycle);
    expect(() => writeJsonValue(cycle)).toThrow(TypeError);
    expect(() => writeJsonValue(bury(2n ** 60n, 3, 1_000))).toThrow('bigint');
  });
});
