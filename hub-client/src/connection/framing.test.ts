import { joinPayloads as joinForServers, type Payload } from '@hubwire/hub-protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, joinPayloads } from './framing.ts';

const limit = 1000;

function readAll(frames: readonly Payload[], isBinary = false): Payload[] {
  const reader = new FrameReader(limit);
  reader.isBinary = isBinary;
  const payloads: Payload[] = [];
  for (const frame of frames) reader.read(frame, (payload) => payloads.push(payload));
  return payloads;
}

/** Cut at the given fractions of the length. */
function cut(whole: Payload, fractions: readonly number[]): Payload[] {
  const points = [0, ...fractions.map((fraction) => Math.floor(fraction * whole.length)).toSorted((a, b) => a - b)];
  return points.map((start, index) =>
    typeof whole === 'string' ? whole.slice(start, points[index + 1]) : whole.subarray(start, points[index + 1]),
  );
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const isSame = (one: Payload, other: Payload): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) === 0;
const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.replaceAll('\u001e', ''));
const texts = fc.array(text, { minLength: 1, maxLength: 6 });
const bytes = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 });

describe('joinPayloads', () => {
  it('makes the frames that servers make', () => {
    fc.assert(fc.property(texts, (payloads) => joinPayloads(payloads) === joinForServers(payloads, 'Text')));
    fc.assert(fc.property(bytes, (payloads) => isSame(joinPayloads(payloads), joinForServers(payloads, 'Binary'))));
  });

  it.each([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])('writes the length %i as its varint', (length) => {
    const payload = new Uint8Array(length);
    expect(isSame(joinPayloads([payload]), joinForServers([payload], 'Binary'))).toBe(true);
  });
});

describe('FrameReader, text', () => {
  it('gives back what was joined, however it is cut, also as bytes', () => {
    fc.assert(
      fc.property(texts, fractions, (payloads, points) => {
        const frame = joinPayloads(payloads);
        expect(readAll(cut(frame, points))).toEqual(payloads);
        expect(readAll(cut(encode(String(frame)), points))).toEqual(payloads);
      }),
    );
  });

  it('keeps a byte order mark', () => {
    expect(readAll([encode('\ufeffa\u001e')])).toEqual(['\ufeffa']);
  });

  it.each([
    ['a byte that starts no character', [0xff, 0x1e]],
    ['a character cut short', [0xe2, 0x82, 0x1e]],
    ['a surrogate', [0xed, 0xa0, 0x80, 0x1e]],
  ])('refuses %s', (_, frame) => {
    expect(() => readAll([Uint8Array.from(frame)])).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_INVALID_MESSAGE' }),
    );
  });

  it('bounds a message, complete or not', () => {
    expect(readAll([`${'a'.repeat(limit)}\u001e`])).toHaveLength(1);
    for (const frames of [[`${'a'.repeat(limit + 1)}\u001e`], ['a'.repeat(600), 'a'.repeat(401)]]) {
      expect(() => readAll(frames)).toThrow(expect.objectContaining({ code: 'PROTOCOL_MESSAGE_TOO_LARGE' }));
    }
  });
});

describe('FrameReader, bytes', () => {
  it('gives back what was joined, however it is cut', () => {
    fc.assert(
      fc.property(bytes, fractions, (payloads, points) => {
        expect(readAll(cut(joinPayloads(payloads), points), true)).toEqual(payloads);
      }),
    );
  });

  it('follows a handshake of text in the same frame', () => {
    const reader = new FrameReader(limit);
    const payloads: Payload[] = [];
    reader.read(Uint8Array.of(...encode('{}\u001e'), 2, 0x1e, 5, 1, 6), (payload) => {
      payloads.push(payload);
      reader.isBinary = true;
    });
    expect(payloads).toEqual(['{}', Uint8Array.of(0x1e, 5), Uint8Array.of(6)]);
  });

  it.each([
    ['PROTOCOL_MESSAGE_TOO_LARGE', Uint8Array.of(0xe9, 0x07)],
    ['PROTOCOL_MESSAGE_TOO_LARGE', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff)],
    ['PROTOCOL_INVALID_MESSAGE', Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80)],
    ['PROTOCOL_INVALID_MESSAGE', 'text'],
  ])('refuses with %s', (code, frame) => {
    expect(() => readAll([frame], true)).toThrow(expect.objectContaining({ code }));
  });

  it('takes a message in many pieces in linear time', () => {
    const reader = new FrameReader(1_000_000);
    reader.isBinary = true;
    let length = 0;
    const frame = joinPayloads([new Uint8Array(1_000_000)]) as Uint8Array;
    for (let start = 0; start < frame.length; start += 10) {
      reader.read(frame.subarray(start, start + 10), (payload) => (length = payload.length));
    }
    expect(length).toBe(1_000_000);
  });
});
