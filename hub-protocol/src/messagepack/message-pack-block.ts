/** Messages share blocks of this size, one after the other: allocating each by itself costs more than writing it. */
const blockBytes = 8192;

/** Up to here a loop over characters is faster than calling the encoder. */
const longestLooped = 80;

const encoder = new TextEncoder();

/** Where a MessagePack message is written, token by token. */
export class MessagePackBlock {
  #bytes = new Uint8Array(blockBytes);
  #view = new DataView(this.#bytes.buffer);
  /** Where the message begins in the block, and where its next byte goes. */
  #start = 0;
  #length = 0;

  /** The message, which nothing will write to again. */
  take(): Uint8Array {
    const message = this.#bytes.subarray(this.#start, this.#length);
    // What follows a large message would keep all of its block alive.
    if (this.#bytes.length > blockBytes) this.#use(new Uint8Array(blockBytes), 0);
    this.#start = this.#length;
    return message;
  }

  string(text: string): void {
    this.#reserve(5 + text.length);
    if (text.length <= longestLooped && this.#ascii(text)) return;
    const guess = stringHeaderBytes(text.length);
    const written = this.#encode(text, guess);
    const needed = stringHeaderBytes(written);
    if (needed > guess) {
      const start = this.#length + guess;
      this.#bytes.copyWithin(this.#length + needed, start, start + written);
    }
    if (needed === 1) this.byte(0xa0 | written);
    else if (needed === 2) this.uint8(0xd9, written);
    else if (needed === 3) this.uint16(0xda, written);
    else this.uint32(0xdb, written);
    this.#length += written;
  }

  /** Encodes behind a header of `headerBytes`, taking text for ASCII until there is too little room for it. */
  #encode(text: string, headerBytes: number): number {
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length + headerBytes));
    // Moving to a longer header needs room as well.
    if (read === text.length && this.#length + written + 5 <= this.#bytes.length) return written;
    this.#reserve(5 + text.length * 3);
    return encoder.encodeInto(text, this.#bytes.subarray(this.#length + headerBytes)).written;
  }

  /** `false` when `text` is not ASCII; what it has written then does not count. */
  #ascii(text: string): boolean {
    const { length } = text;
    const start = this.#length + stringHeaderBytes(length);
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[start + index] = unit;
    }
    if (length < 0x20) this.#bytes[this.#length] = 0xa0 | length;
    else this.uint8(0xd9, length);
    this.#length = start + length;
    return true;
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  uint8(token: number, value: number): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = token;
    this.#bytes[this.#length++] = value;
  }

  uint16(token: number, value: number): void {
    this.#reserve(3);
    this.#bytes[this.#length++] = token;
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  uint32(token: number, value: number): void {
    this.byte(token);
    this.rawUint32(value);
  }

  /** The view keeps the lowest 32 bits of any number, as two's complement. */
  rawUint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  int64(token: number, value: bigint): void {
    this.byte(token);
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, value);
    this.#length += 8;
  }

  float64(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#length++] = 0xcb;
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  rawBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Makes room, moving to another block what is written of the message. */
  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const written = this.#bytes.subarray(this.#start, this.#length);
    const needed = written.length + bytes;
    const block = new Uint8Array(needed <= blockBytes ? blockBytes : needed * 2);
    block.set(written);
    this.#use(block, written.length);
  }

  #use(block: Uint8Array<ArrayBuffer>, length: number): void {
    this.#bytes = block;
    this.#view = new DataView(block.buffer);
    this.#start = 0;
    this.#length = length;
  }
}

function stringHeaderBytes(length: number): number {
  if (length < 0x20) return 1;
  if (length < 0x100) return 2;
  return length < 0x1_0000 ? 3 : 5;
}
