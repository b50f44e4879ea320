import type { Duplex } from 'node:stream';
import type { Frame } from '../../connection.ts';
import { opcode as opcodes } from './opcode.ts';

/** Up to here a copy costs less than a second buffer in the write. */
const mostCopiedBytes = 16_384;
/** Larger ones are not held on to beyond the turn in which they are sent. */
const mostKeptBytes = 65_536;
const finalBit = 0x80;

/**
 * Writes the frames of a server, which are not masked (RFC 6455, section 5.1), each in one write. A frame that goes to
 * many connections in a row is put together once.
 */
export class FrameWriter {
  #last: Frame | undefined;
  #bytes: Buffer | undefined;

  write(socket: Duplex, frame: Frame, onWritten?: () => void): void {
    if (frame === this.#last) {
      this.#bytes ??= bytesOf(frame);
      socket.write(this.#bytes, onWritten);
    } else if (typeof frame === 'string') this.#writeText(socket, frame, onWritten);
    else if (frame.byteLength <= mostCopiedBytes) this.#writeBytes(socket, frame, onWritten);
    else writeLarge(socket, frame, onWritten);
  }

  /** ASCII leaves as it is, without a buffer of ours; nothing tells yet whether it is the first of many. */
  #writeText(socket: Duplex, text: string, onWritten?: () => void): void {
    this.#keep(text);
    if (text.length <= mostCopiedBytes && Buffer.byteLength(text) === text.length) {
      socket.write(asciiHead(text.length) + text, 'latin1', onWritten);
    } else {
      this.#bytes = bytesOf(text);
      socket.write(this.#bytes, onWritten);
    }
  }

  #writeBytes(socket: Duplex, bytes: Uint8Array, onWritten?: () => void): void {
    this.#keep(bytes);
    this.#bytes = bytesOf(bytes);
    socket.write(this.#bytes, onWritten);
  }

  #keep(frame: Frame): void {
    this.#last = frame;
    this.#bytes = undefined;
    if (frame.length > mostKeptBytes) setImmediate(() => this.#forget());
  }

  #forget(): void {
    this.#last = undefined;
    this.#bytes = undefined;
  }
}

/** A close, ping or pong frame with a payload of at most 125 bytes. */
export function controlFrame(opcode: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(2 + payload.length);
  frame[0] = finalBit | opcode;
  frame[1] = payload.length;
  frame.set(payload, 2);
  return frame;
}

export function closeFrame(code: number): Buffer {
  return controlFrame(opcodes.close, Uint8Array.of(code >> 8, code & 0xff));
}

function bytesOf(frame: Frame): Buffer {
  const length = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
  const headBytes = headBytesOf(length);
  const bytes = Buffer.allocUnsafe(headBytes + length);
  writeHead(bytes, typeof frame === 'string' ? opcodes.text : opcodes.binary, length);
  if (typeof frame === 'string') bytes.write(frame, headBytes);
  else bytes.set(frame, headBytes);
  return bytes;
}

function writeLarge(socket: Duplex, payload: Uint8Array, onWritten?: () => void): void {
  const head = Buffer.allocUnsafe(headBytesOf(payload.byteLength));
  writeHead(head, opcodes.binary, payload.byteLength);
  socket.cork();
  socket.write(head);
  socket.write(payload, onWritten);
  socket.uncork();
}

function headBytesOf(length: number): number {
  if (length <= 125) return 2;
  return length <= 0xffff ? 4 : 10;
}

function writeHead(bytes: Buffer, opcode: number, length: number): void {
  bytes[0] = finalBit | opcode;
  if (length <= 125) {
    bytes[1] = length;
  } else if (length <= 0xffff) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    bytes.writeUInt32BE(length % 2 ** 32, 6);
  }
}

/** The head as characters of one byte each; for texts of at most 64 KiB. */
function asciiHead(length: number): string {
  const first = finalBit | opcodes.text;
  if (length <= 125) return String.fromCharCode(first, length);
  return String.fromCharCode(first, 126, length >> 8, length & 0xff);
}
