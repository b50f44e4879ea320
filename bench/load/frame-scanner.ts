import { bytesOf, type Span } from '../contenders/codec.ts';

export type TakeFrame = (opcode: number, payload: Span) => void;

const continuation = 0;

/**
 * Finds the frames that a server sends: unmasked, some of them cut anywhere by the network, a few of them fragments of one
 * message. The bytes are read in place wherever a frame has come whole.
 */
export class FrameScanner {
  readonly #take: TakeFrame;
  #rest: Buffer | undefined;
  #fragments: Buffer[] = [];
  #fragmentsOpcode = 0;
  readonly #payload: Span = { bytes: Buffer.alloc(0), start: 0, end: 0 };

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  /** `chunk` is the caller's again afterwards. */
  push(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = this.#scan(bytes);
    if (end === bytes.length) this.#rest = undefined;
    else this.#rest = Buffer.from(bytes.subarray(end));
  }

  #scan(bytes: Buffer): number {
    let position = 0;
    while (bytes.length - position >= 2) {
      const first = bytes[position]!;
      const short = bytes[position + 1]!;
      if (short > 127) throw new Error('A server masks its frames.');
      const headerLength = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (bytes.length - position < headerLength) break;
      const payload = this.#payload;
      payload.bytes = bytes;
      payload.start = position + headerLength;
      payload.end = payload.start + (short < 126 ? short : readLength(bytes, position, short));
      if (payload.end > bytes.length) break;
      position = payload.end;
      if (first >= 0x81) this.#take(first & 15, payload);
      else this.#takeFragment(first, bytesOf(payload));
    }
    return position;
  }

  /** A message in parts; the last one is 0x80: final, and the continuation of something. */
  #takeFragment(first: number, payload: Buffer): void {
    const opcode = first & 15;
    if (opcode !== continuation) this.#fragmentsOpcode = opcode;
    this.#fragments.push(Buffer.from(payload));
    if (first < 0x80) return;
    const message = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#take(this.#fragmentsOpcode, { bytes: message, start: 0, end: message.length });
  }
}

function readLength(bytes: Buffer, position: number, short: number): number {
  return short === 126 ? bytes.readUInt16BE(position + 2) : Number(bytes.readBigUInt64BE(position + 2));
}
