import { encode } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { arbitraryValue } from '../testing/index.ts';
import { readMessagePack } from './read-message-pack.ts';

const limits = { maximumDepth: 64, maximumContainers: 1000 };

function read(value: unknown): unknown {
  return readMessagePack(encode([value]), limits)[0];
}

describe('readMessagePack', () => {
  it('reads what msgpackr writes, which is not always the smallest form', () => {
    const packr = new Packr({ useRecords: false });
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        expect(readMessagePack(packr.pack([value]), limits)[0]).toStrictEqual(value);
      }),
    );
  });

  it('tells keys apart that share a place among the known ones', () => {
    const value = { Aa: 1, BB: { Aa: 2 }, 'a key that is too long for a short header': 3 };
    for (let round = 0; round < 3; round++) expect(read(value)).toStrictEqual(value);
  });

  it('remembers keys by their bytes, not by the payload that brought them', () => {
    const payload = encode([{ a: 1 }]);
    readMessagePack(payload, limits);
    payload.fill(0x7a);
    expect(read({ a: 1 })).toStrictEqual({ a: 1 });
  });

  it('reads keys beyond ASCII and keys that are not UTF-8', () => {
    expect(read({ größe: 1, 名前: 2, '': 3 })).toStrictEqual({ größe: 1, 名前: 2, '': 3 });
    expect(readMessagePack(Uint8Array.of(0x91, 0x81, 0xa1, 0xff, 1), limits)).toStrictEqual([{ '\ufffd': 1 }]);
  });

  it.each([0, 15, 16, 1024, 1025, 70_000])('reads an array of %i floats', (length) => {
    const numbers = Array.from({ length }, (_, index) => index / 7);
    expect(read(numbers)).toStrictEqual(numbers);
  });

  it.each([0, 31, 32, 33, 300, 70_000])('reads texts of %i characters', (length) => {
    for (const character of ['a', 'é', '€', '😀']) {
      const text = character.repeat(length);
      expect(read(text)).toBe(text);
      expect(read(`a${text}`)).toBe(`a${text}`);
    }
  });

  it('makes no array that is longer than the bytes that are left', () => {
    // Sixty levels, each declaring a thousand items of which none comes.
    const levels = Array.from({ length: 60 }, () => [0xdc, 0x04, 0x00]).flat();
    expect(() => readMessagePack(Uint8Array.from([0x91, ...levels]), limits)).toThrow('ends too early');
  });
});
