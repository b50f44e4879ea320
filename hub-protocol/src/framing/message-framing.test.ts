import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { HubProtocolErrorCode } from '../errors.ts';
import type { Payload } from '../hub-protocol.ts';
import { joinBinaryPayloads } from './binary-framing.ts';
import { joinPayloads, PayloadReader } from './message-framing.ts';
import { joinTextPayloads } from './text-framing.ts';
import { encodeUtf8 } from './utf8.ts';

const limit = 1000;

function readAll(reader: PayloadReader, frames: readonly Payload[]): Payload[] {
  const payloads: Payload[] = [];
  for (const frame of frames) {
    reader.read(frame, (payload) => payloads.push(typeof payload === 'string' ? payload : payload.slice()));
  }
  return payloads;
}

function withCode(code: HubProtocolErrorCode): unknown {
  return expect.objectContaining({ code });
}

/** Cuts at the given fractions of the length, so that a shrunk failure stays readable. */
function cutPoints(length: number, fractions: readonly number[]): number[] {
  return fractions.map((fraction) => Math.floor(fraction * length)).toSorted((a, b) => a - b);
}

function cutText(whole: string, fractions: readonly number[]): string[] {
  const points = [0, ...cutPoints(whole.length, fractions)];
  return points.map((start, index) => whole.slice(start, points[index + 1]));
}

function cutBytes(whole: Uint8Array, fractions: readonly number[]): Uint8Array[] {
  const points = [0, ...cutPoints(whole.length, fractions)];
  return points.map((start, index) => whole.subarray(start, points[index + 1]));
}

const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.replaceAll('\u001e', ''));
const bytes = fc.uint8Array({ maxLength: 300 });

describe('joinPayloads', () => {
  it('ends every text payload with 0x1E', () => {
    expect(joinPayloads([], 'Text')).toBe('');
    expect(joinPayloads(['a'], 'Text')).toBe('a\u001e');
    expect(joinPayloads(['a', 'b'], 'Text')).toBe('a\u001eb\u001e');
  });

  it.each([
    [0, [0x00]],
    [1, [0x01]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [2_097_151, [0xff, 0xff, 0x7f]],
    [2_097_152, [0x80, 0x80, 0x80, 0x01]],
  ])('writes the length %i as its shortest varint', (length, prefix) => {
    const frame = joinBinaryPayloads([new Uint8Array(length)]);
    expect([...frame.subarray(0, prefix.length)]).toEqual(prefix);
    expect(frame).toHaveLength(prefix.length + length);
  });

  it('refuses a payload of the other kind', () => {
    expect(() => joinPayloads([new Uint8Array(1)], 'Text')).toThrow(withCode('PROTOCOL_CANNOT_WRITE'));
    expect(() => joinPayloads(['a'], 'Binary')).toThrow(withCode('PROTOCOL_CANNOT_WRITE'));
  });
});

describe('PayloadReader, Text', () => {
  it('gives back what was joined, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), fractions, (payloads, points) => {
        const reader = new PayloadReader('Text', limit);
        expect(readAll(reader, cutText(joinTextPayloads(payloads), points))).toEqual(payloads);
        expect(reader.bufferedBytes).toBe(0);
      }),
    );
  });

  it('gives back what was joined when it arrives as bytes, cut inside characters too', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), fractions, (payloads, points) => {
        const frame = encodeUtf8(joinTextPayloads(payloads));
        const reader = new PayloadReader('Text', limit);
        expect(readAll(reader, cutBytes(frame, points))).toEqual(payloads);
        expect(reader.bufferedBytes).toBe(0);
      }),
    );
  });

  it('takes text and bytes in turn', () => {
    const frames = ['x', ...cutBytes(encodeUtf8('añb'), [0.5]), 'y\u001ez', encodeUtf8('😀\u001e')];
    expect(readAll(new PayloadReader('Text', limit), frames)).toEqual(['xañby', 'z😀']);
  });

  it('joins a surrogate pair that two frames share', () => {
    expect(readAll(new PayloadReader('Text', limit), ['a\ud83d', '\ude00b\u001e'])).toEqual(['a😀b']);
  });

  it('keeps a byte order mark', () => {
    expect(readAll(new PayloadReader('Text', limit), [encodeUtf8('\ufeffa\u001e')])).toEqual(['\ufeffa']);
  });

  it.each([
    ['a byte that starts no character', [0xff, 0x1e]],
    ['a character cut short', [0xe2, 0x82, 0x1e]],
    ['an overlong form', [0xc0, 0xaf, 0x1e]],
    ['a surrogate', [0xed, 0xa0, 0x80, 0x1e]],
  ])('refuses %s', (_, frame) => {
    const reader = new PayloadReader('Text', limit);
    expect(() => readAll(reader, [Uint8Array.from(frame)])).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
  });

  it.each([
    ['ASCII', 'a'.repeat(12)],
    ['two-byte', 'é'.repeat(6)],
    ['three-byte', '€'.repeat(4)],
    ['four-byte', '😀'.repeat(3)],
  ])('counts %s characters in UTF-8 bytes and takes exactly the limit', (_, record) => {
    expect(encodeUtf8(record)).toHaveLength(12);
    const whole = record + '\u001e';
    for (const frames of [
      [whole],
      [encodeUtf8(whole)],
      cutText(whole, [0.3, 0.5]),
      cutBytes(encodeUtf8(whole), [0.1, 0.5]),
    ]) {
      expect(readAll(new PayloadReader('Text', 12), frames)).toEqual([record]);
      expect(() => readAll(new PayloadReader('Text', 11), frames)).toThrow(withCode('PROTOCOL_MESSAGE_TOO_LARGE'));
    }
  });

  it('refuses an unterminated record as soon as it passes the limit', () => {
    const reader = new PayloadReader('Text', 10);
    expect(readAll(reader, ['1234567890'])).toEqual([]);
    expect(reader.bufferedBytes).toBe(10);
    expect(() => readAll(reader, ['1'])).toThrow(withCode('PROTOCOL_MESSAGE_TOO_LARGE'));
    expect(() => readAll(new PayloadReader('Text', 10), [new Uint8Array(11)])).toThrow(
      withCode('PROTOCOL_MESSAGE_TOO_LARGE'),
    );
    expect(() => readAll(new PayloadReader('Text', 10), ['x'.repeat(11)])).toThrow(
      withCode('PROTOCOL_MESSAGE_TOO_LARGE'),
    );
  });

  it('limits each record, not the frame', () => {
    expect(readAll(new PayloadReader('Text', 3), ['abc\u001e'.repeat(100)])).toHaveLength(100);
  });
});

describe('PayloadReader, Binary', () => {
  it('gives back what was joined, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), fractions, (payloads, points) => {
        const reader = new PayloadReader('Binary', limit);
        expect(readAll(reader, cutBytes(joinBinaryPayloads(payloads), points))).toEqual(payloads);
        expect(reader.bufferedBytes).toBe(0);
      }),
    );
  });

  it('takes exactly the limit and refuses a longer message by its prefix alone', () => {
    const frame = joinBinaryPayloads([new Uint8Array(200)]);
    expect(readAll(new PayloadReader('Binary', 200), [frame])).toHaveLength(1);
    expect(() => readAll(new PayloadReader('Binary', 199), [frame.subarray(0, 2)])).toThrow(
      withCode('PROTOCOL_MESSAGE_TOO_LARGE'),
    );
  });

  it.each([
    ['six bytes', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ['2 GiB', [0x80, 0x80, 0x80, 0x80, 0x08]],
    ['2^35 - 1', [0xff, 0xff, 0xff, 0xff, 0x7f]],
  ])('refuses a prefix of %s', (_, prefix) => {
    const reader = new PayloadReader('Binary', 2 ** 40);
    expect(() => readAll(reader, [Uint8Array.from(prefix)])).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
  });

  it('takes the largest length that the protocol has, without allocating it', () => {
    const reader = new PayloadReader('Binary', 2 ** 31);
    expect(readAll(reader, [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07, 1, 2, 3)])).toEqual([]);
    expect(reader.bufferedBytes).toBe(3);
  });

  it('counts a prefix that is not complete', () => {
    const reader = new PayloadReader('Binary', limit);
    reader.read(Uint8Array.of(0x80), () => expect.fail('no message is complete'));
    expect(reader.bufferedBytes).toBe(1);
  });

  it('refuses text', () => {
    expect(() => readAll(new PayloadReader('Binary', limit), ['{}\u001e'])).toThrow(
      withCode('PROTOCOL_INVALID_MESSAGE'),
    );
  });

  it('does not keep the buffer of a frame alive for a part of a message', () => {
    const reader = new PayloadReader('Binary', limit);
    const frame = Uint8Array.of(3, 1, 2);
    reader.read(frame, () => expect.fail('no message is complete'));
    frame.fill(9);
    expect(readAll(reader, [Uint8Array.of(3)])).toEqual([Uint8Array.of(1, 2, 3)]);
  });
});

/** How many bytes are copied while a message of `size` bytes arrives one by one. */
function bytesCopiedForTinyPieces(transferFormat: 'Text' | 'Binary', size: number): number {
  const payload = transferFormat === 'Text' ? 'x'.repeat(size) : new Uint8Array(size);
  const frame = joinPayloads([payload], transferFormat);
  const pieces = Array.from({ length: frame.length }, (_, index) =>
    typeof frame === 'string' ? frame.slice(index, index + 1) : frame.subarray(index, index + 1),
  );
  const copy = vi.spyOn(Uint8Array.prototype, 'set');
  try {
    const payloads = readAll(new PayloadReader(transferFormat, size), pieces);
    expect(payloads.map((one) => one.length)).toEqual([size]);
    return copy.mock.calls.reduce((sum, [bytes]) => sum + bytes.length, 0);
  } finally {
    copy.mockRestore();
  }
}

describe.each(['Text', 'Binary'] as const)('PayloadReader, %s', (transferFormat) => {
  it('copies each byte a few times only, however tiny the pieces', () => {
    const size = 20_000;
    expect(bytesCopiedForTinyPieces(transferFormat, size)).toBeLessThan(4 * size);
  });

  it('lets an error of the receiver through', () => {
    const reader = new PayloadReader(transferFormat, limit);
    const failure = new Error('from the receiver');
    expect(() =>
      reader.read(transferFormat === 'Text' ? 'a\u001eb\u001e' : Uint8Array.of(1, 1, 1, 2), () => {
        throw failure;
      }),
    ).toThrow(failure);
  });

  it('refuses a limit that is none', () => {
    for (const bad of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => new PayloadReader(transferFormat, bad)).toThrow(withCode('PROTOCOL_INVALID_OPTION'));
    }
  });
});
