import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../contenders/codec.ts';
import { FrameScanner } from './frame-scanner.ts';

const text = 1;

/** A frame as a server writes it. */
function frame(payload: Buffer, first: number): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

function scan(chunks: readonly Buffer[]): string[] {
  const found: string[] = [];
  const scanner = new FrameScanner((opcode, payload) => found.push(`${opcode} ${bytesOf(payload).toString()}`));
  // One piece of memory for all reads, as sockets have it.
  const shared = Buffer.alloc(Math.max(0, ...chunks.map(({ length }) => length)));
  for (const chunk of chunks) {
    chunk.copy(shared);
    scanner.push(shared.subarray(0, chunk.length));
  }
  return found;
}

function cutUp(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let position = 0;
  for (let index = 0; position < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(position, position + size));
    position += size;
  }
  return chunks;
}

describe('FrameScanner', () => {
  it('finds every message however the network cuts them', () => {
    const messages = fc.array(fc.oneof(fc.string(), fc.string({ minLength: 120, maxLength: 300 })), { maxLength: 10 });
    const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(messages, sizes, (texts, sizes) => {
        const bytes = Buffer.concat(texts.map((message) => frame(Buffer.from(message), 0x80 | text)));
        expect(scan(cutUp(bytes, sizes))).toEqual(texts.map((message) => `${text} ${message}`));
      }),
    );
  });

  it('reads lengths of 64 bits', () => {
    const message = 'x'.repeat(70_000);
    expect(scan(cutUp(frame(Buffer.from(message), 0x80 | text), [1_000]))).toEqual([`${text} ${message}`]);
  });

  it('joins the fragments of a message, with a ping between them', () => {
    const bytes = Buffer.concat([
      frame(Buffer.from('hel'), text),
      frame(Buffer.from('?'), 0x89),
      frame(Buffer.from('l'), 0x00),
      frame(Buffer.from('o'), 0x80),
    ]);
    expect(scan([bytes])).toEqual(['9 ?', `${text} hello`]);
  });

  it('refuses masked frames, which only clients send', () => {
    expect(() => scan([Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])])).toThrow('masks');
  });
});
