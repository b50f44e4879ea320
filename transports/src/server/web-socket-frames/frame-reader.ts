import { constants, isUtf8 } from 'node:buffer';
import { maximumFragments, maximumPieces } from '../web-socket-server-transport.ts';
import { ByteGatherer } from './byte-gatherer.ts';
import { FrameViolation } from './frame-violation.ts';
import { opcode as opcodes } from './opcode.ts';
import { unmask } from './unmask.ts';

const finalBit = 0x80;
const reservedBits = 0x70;
const maskBit = 0x80;
const isIncomplete = -1;

/** What a `FrameReader` reads for. */
export interface FrameSink {
  /** `false` stops the reader behind the frame that it is at. */
  readonly isReading: boolean;
  onText(text: string): void;
  /** `bytes` are a view of what was read. */
  onBinary(bytes: Buffer): void;
  /** A ping, pong or close frame; `payload` is good during the call. May throw a `FrameViolation`. */
  onControl(opcode: number, payload: Buffer): void;
  /** Nothing may be read after it. */
  onViolation(violation: FrameViolation): void;
}

/**
 * Reads the frames of a client (RFC 6455, section 5). All frames of a chunk are read in one go and unmasked in place; only
 * a frame that ends in a later chunk, and messages in fragments, are copied.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #maximumMessageBytes: number;
  /** The start of a frame whose end has not come. */
  #begun: ByteGatherer | undefined;
  /** How much of that frame is needed to go on with it. */
  #neededBytes = 0;
  /** Of the message whose last fragment has not come; `continuation` when there is none. */
  #messageOpcode: number = opcodes.continuation;
  #message: ByteGatherer | undefined;
  #fragments = 0;

  constructor(sink: FrameSink, maximumMessageBytes: number) {
    this.#sink = sink;
    this.#maximumMessageBytes = Math.min(maximumMessageBytes, constants.MAX_STRING_LENGTH);
  }

  /** Returns how many bytes it took: fewer than there are only when the sink wants no more. `chunk` is written to. */
  read(chunk: Buffer): number {
    try {
      let offset = this.#begun === undefined ? 0 : this.#readBegun(this.#begun, chunk);
      while (offset < chunk.length && this.#sink.isReading) {
        const end = this.#readFrame(chunk, offset);
        if (end === isIncomplete) {
          this.#begun = new ByteGatherer(chunk.subarray(offset), this.#neededBytes);
          return chunk.length;
        }
        offset = end;
      }
      return offset;
    } catch (error) {
      if (!(error instanceof FrameViolation)) throw error;
      this.#sink.onViolation(error);
      return chunk.length;
    }
  }

  /** Adds no more than the frame needs, so that what follows is read where it stands. */
  #readBegun(begun: ByteGatherer, chunk: Buffer): number {
    let offset = 0;
    if (begun.parts >= maximumPieces(this.#maximumMessageBytes)) throw tooManyParts('A frame is in too many pieces.');
    while (offset < chunk.length) {
      const end = Math.min(chunk.length, offset + this.#neededBytes - begun.length);
      begun.append(chunk.subarray(offset, end), this.#neededBytes);
      offset = end;
      if (begun.length < this.#neededBytes) break;
      if (this.#readFrame(begun.bytes, 0) !== isIncomplete) {
        this.#begun = undefined;
        break;
      }
    }
    return offset;
  }

  /** The end of the frame that starts at `start`, or `isIncomplete`, and then nothing has changed. */
  #readFrame(bytes: Buffer, start: number): number {
    const available = bytes.length - start;
    if (available < 2) return this.#need(2);
    const first = bytes[start]!;
    const second = bytes[start + 1]!;
    this.#checkHead(first, second);
    let length = second & 0x7f;
    let headBytes = 6;
    if (length > 125) {
      headBytes = length === 126 ? 8 : 14;
      if (available < headBytes - 4) return this.#need(headBytes - 4);
      length = length === 126 ? bytes.readUInt16BE(start + 2) : readLength64(bytes, start + 2);
    }
    const opcode = first & 0x0f;
    if (opcode < opcodes.close) this.#checkLength(length);
    if (available < headBytes + length) return this.#need(headBytes + length);
    const payload = start + headBytes;
    const end = payload + length;
    const isAscii = unmask(bytes, payload, end);
    if (opcode >= opcodes.close) this.#sink.onControl(opcode, bytes.subarray(payload, end));
    else if (opcode === opcodes.text && first >= finalBit) {
      this.#sink.onText(isAscii ? bytes.toString('latin1', payload, end) : textOf(bytes, payload, end));
    } else if (opcode === opcodes.binary && first >= finalBit) this.#sink.onBinary(bytes.subarray(payload, end));
    else this.#readFragment(first, bytes.subarray(payload, end));
    return end;
  }

  #need(bytes: number): number {
    this.#neededBytes = bytes;
    return isIncomplete;
  }

  /** RFC 6455, section 5.2: what the first two bytes must not say. */
  #checkHead(first: number, second: number): void {
    const opcode = first & 0x0f;
    const isFinal = first >= finalBit;
    if ((first & reservedBits) !== 0) throw violation('A reserved bit is set.');
    const isInMessage = this.#messageOpcode !== opcodes.continuation;
    if (opcode <= opcodes.binary) {
      if (isInMessage !== (opcode === opcodes.continuation))
        throw violation('The fragments of a message are out of order.');
    } else if (opcode >= opcodes.close && opcode <= opcodes.pong) {
      if (!isFinal) throw violation('A control frame is in fragments.');
      const length = second & 0x7f;
      if (length > 125) throw violation('A control frame is too long.');
      if (opcode === opcodes.close && length === 1) throw violation('A close frame holds half a code.');
    } else throw violation(`The opcode ${opcode} is reserved.`);
    if ((second & maskBit) === 0) throw violation('A frame is not masked.');
  }

  /** Before the frame is there, so that nobody waits for what is refused then. */
  #checkLength(length: number): void {
    if (length === 0 || (this.#message?.length ?? 0) + length <= this.#maximumMessageBytes) return;
    throw new FrameViolation(1009, `A message is larger than ${this.#maximumMessageBytes} bytes.`);
  }

  #readFragment(first: number, payload: Buffer): void {
    const opcode = first & 0x0f;
    if (++this.#fragments > maximumFragments) throw tooManyParts('A message is in too many fragments.');
    if (opcode !== opcodes.continuation) this.#messageOpcode = opcode;
    if (this.#message === undefined) this.#message = new ByteGatherer(payload, this.#maximumMessageBytes);
    else this.#message.append(payload, this.#maximumMessageBytes);
    if (first >= finalBit) this.#endMessage(this.#message.bytes);
  }

  #endMessage(bytes: Buffer): void {
    const opcode = this.#messageOpcode;
    this.#messageOpcode = opcodes.continuation;
    this.#message = undefined;
    this.#fragments = 0;
    if (opcode === opcodes.binary) this.#sink.onBinary(bytes);
    else this.#sink.onText(textOf(bytes, 0, bytes.length));
  }
}

/** Above 2^53 it is not exact, but then it is above every limit. */
function readLength64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset) * 2 ** 32 + bytes.readUInt32BE(offset + 4);
}

function textOf(bytes: Buffer, start: number, end: number): string {
  if (!isUtf8(bytes.subarray(start, end))) throw new FrameViolation(1007, 'A text is no UTF-8.');
  return bytes.toString('utf8', start, end);
}

function tooManyParts(message: string): FrameViolation {
  return new FrameViolation(1008, message);
}

function violation(message: string): FrameViolation {
  return new FrameViolation(1002, message);
}
