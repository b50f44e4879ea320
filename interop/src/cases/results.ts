import { expect } from 'vitest';

import type { InteropCase } from '../interop-case.ts';

const values: Readonly<Record<string, unknown>> = {
  'a string': 'hello',
  'an empty string': '',
  'a string of many scripts': 'Zażółć 漢字 👩‍👩‍👧‍👦 עברית \u0000 \u001e \u2028 "\\/',
  zero: 0,
  'a negative integer': -129,
  'an integer of 32 bits': 4_294_967_295,
  'the largest safe integer': Number.MAX_SAFE_INTEGER,
  'the smallest safe integer': Number.MIN_SAFE_INTEGER,
  'a fraction': 0.1,
  true: true,
  false: false,
  null: null,
  'an empty array': [],
  'a nested array': [1, ['two', [null, true]], 3.5],
  'an empty object': {},
  'an object whose names keep their case': {
    lower: 1,
    Upper: 2,
    snake_case: [{ Deep: { deeper: 'x' } }],
    '': 'empty name',
  },
};

function echoes(kind: string, value: unknown): InteropCase {
  return {
    name: `echoes ${kind}`,
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('Echo', value)).toEqual(value);
    },
  };
}

/** What a method returns reaches the caller, whatever its type. */
export const resultCases: readonly InteropCase[] = [
  ...Object.entries(values).map(([kind, value]) => echoes(kind, value)),
  {
    name: 'echoes bytes',
    where: ({ protocol }) => protocol === 'messagepack',
    async run(context) {
      const connection = await context.connect();
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      expect(bytesOf(await connection.invoke('Echo', bytes))).toEqual([...bytes]);
    },
  },
  {
    name: 'echoes an instant',
    where: ({ protocol }) => protocol === 'messagepack',
    async run(context) {
      const connection = await context.connect();
      const instant = new Date('2026-02-03T04:05:06.789Z');
      expect(await connection.invoke('Echo', instant)).toEqual(instant);
    },
  },
  {
    name: 'adds two numbers',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('Add', 3, -5)).toBe(-2);
      expect(await connection.invoke('Add', 0.5, 0.25)).toBe(0.75);
    },
  },
  {
    name: 'gives nothing for a method without a result',
    async run(context) {
      const connection = await context.connect();
      expect((await connection.invoke('InvokeWithString', 'no result')) ?? 'nothing').toBe('nothing');
    },
  },
  {
    name: 'finds a method whatever the case of its name',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('echo', 1)).toBe(1);
      expect(await connection.invoke('ECHO', 2)).toBe(2);
      expect(await connection.invoke('eChO', 3)).toBe(3);
    },
  },
  {
    name: 'gives an object of many types, in the encoding of the protocol',
    async run(context) {
      const connection = await context.connect();
      const complex = (await connection.invoke('SendComplexObject')) as ComplexObject;
      expect(readable(complex)).toEqual(complexInProtocol(context.combination.protocol));
      expect(complex.GUID).toBe('00010203-0405-0607-0706-050403020100');
      expect(complex.IntArray).toEqual([1, 2, 3]);
      expect(complex.String).toBe('hello world');
    },
  },
  {
    name: 'takes back the object of many types that it gave',
    async run(context) {
      const connection = await context.connect();
      const complex = (await connection.invoke('SendComplexObject')) as ComplexObject;
      const echoed = (await connection.invoke('EchoComplexObject', complex)) as ComplexObject;
      expect(readable(echoed)).toEqual(complexInProtocol(context.combination.protocol));
      expect(echoed).toEqual(complex);
    },
  },
  {
    name: 'takes an argument that its schema allows',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('Validated', 1)).toBe(1);
      expect(await connection.invoke('Validated', 10)).toBe(10);
    },
  },
];

interface ComplexObject {
  readonly ByteArray: unknown;
  readonly DateTime: unknown;
  readonly GUID: unknown;
  readonly IntArray: unknown;
  readonly String: unknown;
}

/** The two members that the protocols encode differently. */
function readable({ ByteArray, DateTime }: ComplexObject): unknown {
  return {
    bytes: typeof ByteArray === 'string' ? ByteArray : bytesOf(ByteArray),
    time: DateTime instanceof Date ? DateTime.toISOString() : DateTime,
  };
}

function complexInProtocol(protocol: string): unknown {
  return protocol === 'json'
    ? { bytes: 'AQID', time: '2000-01-01T00:00:00Z' }
    : { bytes: [1, 2, 3], time: '2000-01-01T00:00:00.000Z' };
}

function bytesOf(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}
