import { endianness } from 'node:os';

/** From here on whole words are worth the view that they are reached through. */
const fewestWordBytes = 128;
const isLittleEndian = endianness() === 'LE';

/**
 * Unmasks what stands in `bytes` from `start` to `end`, in place; the mask stands right before it (RFC 6455, section
 * 5.3). Says whether all of it is ASCII, which takes no second look then.
 */
export function unmask(bytes: Buffer, start: number, end: number): boolean {
  return end - start < fewestWordBytes ? unmaskBytes(bytes, start, end) : unmaskWords(bytes, start, end);
}

function unmaskBytes(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start - 4]!;
  const second = bytes[start - 3]!;
  const third = bytes[start - 2]!;
  const fourth = bytes[start - 1]!;
  let all = 0;
  let index = start;
  for (; index + 3 < end; index += 4) {
    all |= bytes[index]! ^= first;
    all |= bytes[index + 1]! ^= second;
    all |= bytes[index + 2]! ^= third;
    all |= bytes[index + 3]! ^= fourth;
  }
  if (index < end) all |= bytes[index++]! ^= first;
  if (index < end) all |= bytes[index++]! ^= second;
  if (index < end) all |= bytes[index]! ^= third;
  return (all & 0x80) === 0;
}

function unmaskWords(bytes: Buffer, start: number, end: number): boolean {
  const mask = start - 4;
  const wordsStart = start + (-(bytes.byteOffset + start) & 3);
  const wordsEnd = wordsStart + ((end - wordsStart) & ~3);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + wordsStart, (wordsEnd - wordsStart) >> 2);
  const key = keyFrom(bytes, mask, wordsStart - start);
  let all = 0;
  for (let index = start; index < wordsStart; index++) all |= bytes[index]! ^= bytes[mask + ((index - start) & 3)]!;
  for (let index = wordsEnd; index < end; index++) all |= bytes[index]! ^= bytes[mask + ((index - start) & 3)]!;
  let allWords = 0;
  for (let index = 0; index < words.length; index++) allWords |= words[index]! ^= key;
  return (all & 0x80) === 0 && (allWords & 0x80808080) === 0;
}

/** The mask as a word of this machine, beginning at byte `turn` of it. */
function keyFrom(bytes: Buffer, mask: number, turn: number): number {
  let key = 0;
  for (let place = 0; place < 4; place++) {
    const shift = isLittleEndian ? place * 8 : 24 - place * 8;
    key |= bytes[mask + ((turn + place) & 3)]! << shift;
  }
  return key;
}
