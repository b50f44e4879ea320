import { describe, expect, it } from 'vitest';
import { maximumFragments, maximumPieces } from '../web-socket-server-transport.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import { encodeFrame, type ClientFrame } from './testing/client-frame.ts';

const limit = 100_000;

/** Remembers what it is told, and wants no more after `wants` things. */
class RecordingSink implements FrameSink {
  readonly told: string[] = [];
  readonly binary: Buffer[] = [];
  readonly #wants: number;

  constructor(wants = Infinity) {
    this.#wants = wants;
  }

  get isReading(): boolean {
    return this.told.length < this.#wants;
  }

  onText(text: string): void {
    this.told.push(`text ${text}`);
  }

  onBinary(bytes: Buffer): void {
    this.told.push(`binary ${bytes.toString('hex')}`);
    this.binary.push(bytes);
  }

  onControl(opcode: number, payload: Buffer): void {
    this.told.push(`control ${opcode} ${payload.toString()}`);
  }

  onViolation({ closeCode }: { readonly closeCode: number }): void {
    this.told.push(`violation ${closeCode}`);
  }
}

function read(...frames: (ClientFrame | string)[]): string[] {
  const sink = new RecordingSink();
  const bytes = frames.map((frame) => (typeof frame === 'string' ? Buffer.from(frame, 'hex') : encodeFrame(frame)));
  new FrameReader(sink, limit).read(Buffer.concat(bytes));
  return sink.told;
}

const text = (payload: string, rest: Partial<ClientFrame> = {}): ClientFrame => ({
  opcode: 1,
  payload: Buffer.from(payload),
  ...rest,
});
const more = (payload: string, isFinal: boolean): ClientFrame => text(payload, { opcode: 0, isFinal });
const ping = text('!', { opcode: 9 });
const none = new Uint8Array(0);

describe('FrameReader', () => {
  it.each<[what: string, frames: (ClientFrame | string)[], told: string[]]>([
    ['the example of the specification', ['818537fa213d7f9f4d5158'], ['text Hello']],
    ['an empty text and empty bytes', [text(''), text('', { opcode: 2 })], ['text ', 'binary ']],
    ['a byte order mark', [text('\uFEFFx')], ['text \uFEFFx']],
    ['two fragments', [text('Hel', { isFinal: false }), more('lo', true)], ['text Hello']],
    ['a ping between fragments', [text('a', { isFinal: false }), ping, more('b', true)], ['control 9 !', 'text ab']],
    ['fragments that are all empty', [text('', { isFinal: false }), more('', false), more('', true)], ['text ']],
    ['two messages in fragments', [text('a', { isFinal: false }), more('b', true), text('c')], ['text ab', 'text c']],
    [
      'lengths that are longer than they need be',
      [text('x', { lengthForm: '64 bits' }), text('y', { lengthForm: '16 bits' })],
      ['text x', 'text y'],
    ],
    ['an unsolicited pong', [text('', { opcode: 10 })], ['control 10 ']],
  ])('reads %s', (_, frames, told) => {
    expect(read(...frames)).toEqual(told);
  });

  it.each<[what: string, frames: (ClientFrame | string)[], closeCode: number]>([
    ['a frame that is not masked', [text('x', { mask: undefined })], 1002],
    ['the first reserved bit', [text('x', { reserved: 4 })], 1002],
    ['the second reserved bit', [text('x', { reserved: 2 })], 1002],
    ['the third reserved bit', [text('x', { reserved: 1 })], 1002],
    ['a reserved bit of a ping', [{ ...ping, reserved: 4 }], 1002],
    ...[3, 7, 11, 15].map((opcode): [string, ClientFrame[], number] => [
      `opcode ${opcode}`,
      [text('', { opcode })],
      1002,
    ]),
    ['a continuation of nothing', [more('x', true)], 1002],
    ['a text inside a message', [text('a', { isFinal: false }), text('b')], 1002],
    ['a ping in fragments', [{ ...ping, isFinal: false }], 1002],
    ['a ping of 126 bytes', [text('x'.repeat(126), { opcode: 9 })], 1002],
    ['a close of one byte', [text('x', { opcode: 8 })], 1002],
    ['a length above the limit, before the payload is there', [text('', { claimedLength: BigInt(limit + 1) })], 1009],
    ['a length above 2^53 - 1', [text('', { claimedLength: 2n ** 53n })], 1009],
    ['a length with the highest bit', [text('', { claimedLength: 2n ** 63n })], 1009],
    ['text that is no UTF-8', ['818200000000c328'], 1007],
    ['a text that ends inside a character', ['818100000000c3'], 1007],
  ])('refuses %s', (_, frames, closeCode) => {
    expect(read(...frames).at(-1)).toBe(`violation ${closeCode}`);
  });

  it('says at the first two bytes that they are wrong', () => {
    expect(read('83')).toEqual([]);
    expect(read('8380')).toEqual(['violation 1002']);
    expect(read('8101')).toEqual(['violation 1002']);
  });

  it('adds the fragments of a message up', () => {
    const half = text('x'.repeat(limit / 2), { isFinal: false });
    const rest = { ...half, opcode: 0 };
    expect(read(half, { ...rest, isFinal: true })[0]).toHaveLength('text '.length + limit);
    expect(read(half, rest, more('x', true))).toEqual(['violation 1009']);
  });

  it('counts the fragments of a message, empty ones too', () => {
    const fragments = (count: number) =>
      Array.from({ length: count }, (_, place) => text('', { opcode: place && 0x0, isFinal: false }));
    const first = text('', { isFinal: false });
    expect(read(first, ...fragments(maximumFragments - 2), more('x', true))).toEqual(['text x']);
    expect(read(first, ...fragments(maximumFragments - 1), more('x', true))).toEqual(['violation 1008']);
    const most = [first, ...fragments(maximumFragments - 2), more('x', true)];
    expect(read(...most, ...most)).toEqual(['text x', 'text x']);
  });

  it('counts the pieces of a frame, and not those of frames before it', () => {
    const sink = new RecordingSink();
    const most = maximumPieces(limit);
    const reader = new FrameReader(sink, limit);
    const short = encodeFrame(text('x'.repeat(most - 10)));
    for (let count = 0; count < 2; count++) for (const byte of short) reader.read(Buffer.of(byte));
    expect(sink.told).toHaveLength(2);
    const long = encodeFrame(text('x'.repeat(2 * most)));
    const taken = [...long].findIndex((byte) => reader.read(Buffer.of(byte)) > 0 && sink.told.length > 2);
    expect({ taken, told: sink.told[2] }).toEqual({ taken: most, told: 'violation 1008' });
  });

  it('reads nothing after a violation or behind what the sink stops at', () => {
    expect(read(text('x', { reserved: 1 }), text('late'))).toEqual(['violation 1002']);
    const sink = new RecordingSink(2);
    const frames = ['a', 'b', 'c'].map((payload) => encodeFrame(text(payload)));
    const taken = new FrameReader(sink, limit).read(Buffer.concat(frames));
    expect({ taken, told: sink.told }).toEqual({ taken: 14, told: ['text a', 'text b'] });
  });

  it('reads what comes in small pieces, of any length and at any alignment', () => {
    for (const length of [0, 1, 125, 126, 127, 128, 129, 255, 65_535, 65_536]) {
      const payload = Buffer.alloc(length, 'abcdefg');
      for (const shift of [0, 1, 2, 3]) {
        const sink = new RecordingSink();
        const reader = new FrameReader(sink, limit);
        const bytes = Buffer.concat([Buffer.alloc(shift), encodeFrame({ opcode: 2, payload })]);
        const size = length > 255 ? 99 : 1;
        if (shift === 0) for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size));
        else reader.read(bytes.subarray(shift));
        expect(sink.binary[0]?.equals(payload), `${length} bytes, shifted by ${shift}`).toBe(true);
      }
    }
  });

  it('tells ASCII from the rest wherever the one byte stands', () => {
    for (const length of [1, 2, 3, 4, 5, 127, 128, 129, 130, 131, 140]) {
      for (let at = 0; at < length; at++) {
        const payload = `${'x'.repeat(at)}é${'x'.repeat(length - at - 1)}`;
        expect(read(text(payload)), `${at} of ${length}`).toEqual([`text ${payload}`]);
      }
    }
  });

  it('does not hold on to a chunk for the sake of the frame that it ends in', async () => {
    const reader = new FrameReader(new RecordingSink(), limit);
    const feed = () => {
      const frame = encodeFrame({ opcode: 9, payload: none });
      const start = encodeFrame(text('a', { isFinal: false }));
      const chunk = Buffer.concat([...Array.from({ length: 1_000 }, () => frame), start, frame.subarray(0, 3)]);
      const own = new Uint8Array(chunk).buffer;
      reader.read(Buffer.from(own));
      return new WeakRef(own);
    };
    const chunk = feed();
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
    expect(chunk.deref()).toBeUndefined();
    expect(reader).toBeDefined();
  });
});
