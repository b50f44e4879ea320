import type { Duplex } from 'node:stream';
import type { CloseHint, Frame } from '../../connection.ts';
import { TransportError } from '../../errors.ts';
import type { CarriedConnection, Carrier, CarrierEnd } from '../server-transport.ts';
import { writeProgress } from '../write-progress.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import type { FrameViolation } from './frame-violation.ts';
import { checkClosePayload } from './close-payload.ts';
import { closeFrame, controlFrame, type FrameWriter } from './frame-writer.ts';
import { opcode as opcodes } from './opcode.ts';

/** How long the client may take to end the socket after the close frames. */
const closeTimeoutMs = 30_000;
const noBytes = new Uint8Array(0);

/** What all carriers of one transport share. */
export interface FrameCarrierSetting {
  readonly writer: FrameWriter;
  readonly maximumFrameBytes: number;
  readonly sendBufferBytes: number;
}

type Phase =
  | { readonly name: 'open' }
  /** Our close frame is sent; that of the client, and frames before it, may still come. */
  | { readonly name: 'closing' }
  /** What still comes is thrown away, and nothing is written; the socket is being ended. */
  | { readonly name: 'ended'; readonly end: CarrierEnd; sinceMs?: number }
  | { readonly name: 'closed' };

const open: Phase = { name: 'open' };
const closing: Phase = { name: 'closing' };
const closed: Phase = { name: 'closed' };

const carrierKey = Symbol('carrier');

/** Knows its carrier, so that all sockets share their listeners. */
interface CarryingSocket extends Duplex {
  [carrierKey]?: FrameCarrier;
}

/** Carries frames on the bare socket of an upgrade. */
export class FrameCarrier implements Carrier, FrameSink {
  readonly #socket: CarryingSocket;
  readonly #connection: CarriedConnection;
  readonly #setting: FrameCarrierSetting;
  readonly #reader: FrameReader;
  #phase: Phase = open;
  #isPaused = false;
  #isFull = false;
  #onWritten: (() => void) | undefined;
  /** Why the socket broke. */
  #cause: Error | undefined;

  constructor(socket: Duplex, connection: CarriedConnection, setting: FrameCarrierSetting) {
    this.#socket = socket;
    this.#connection = connection;
    this.#setting = setting;
    this.#reader = new FrameReader(this, setting.maximumFrameBytes);
    this.#socket[carrierKey] = this;
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  get progress(): number {
    return writeProgress(this.#socket);
  }

  get isReading(): boolean {
    return this.#isOpen && !this.#isPaused;
  }

  get #isAtMark(): boolean {
    return this.#socket.writableLength >= this.#setting.sendBufferBytes;
  }

  get #isOpen(): boolean {
    return this.#phase === open || this.#phase === closing;
  }

  send(frame: Frame): boolean {
    if (this.#phase !== open) return true;
    const { writer, sendBufferBytes } = this.#setting;
    const socket = this.#socket;
    const largestSize = typeof frame === 'string' ? frame.length * 3 : frame.byteLength;
    if (!this.#isFull && socket.writableLength + largestSize < sendBufferBytes) {
      writer.write(socket, frame);
      return true;
    }
    this.#release();
    this.#onWritten ??= () => this.#written();
    writer.write(socket, frame, this.#onWritten);
    this.#isFull = this.#isAtMark;
    return !this.#isFull;
  }

  /** RFC 6455, section 7.4.1. */
  close(hint?: CloseHint): void {
    if (this.#phase !== open) return;
    this.#phase = closing;
    this.#socket.write(closeFrame(hint?.goingAway === true ? 1001 : 1000));
  }

  ping(): void {
    if (this.#phase === open) this.#socket.write(controlFrame(opcodes.ping, noBytes));
  }

  terminate(): void {
    this.#phase = closed;
    this.#release();
    this.#socket.destroy();
  }

  pause(): void {
    if (!this.#isOpen) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  tick(nowMs: number): void {
    if (this.#phase.name !== 'ended') return;
    this.#phase.sinceMs ??= nowMs;
    if (nowMs - this.#phase.sinceMs >= closeTimeoutMs) this.#socket.destroy();
  }

  /** What is sent while a chunk is read leaves in one write. */
  take(chunk: Buffer): void {
    if (!this.#isOpen) return;
    const socket = this.#socket;
    socket.cork();
    const taken = this.#reader.read(chunk);
    socket.uncork();
    // The socket gives it back when it is resumed. A copy, because the rest may be a small part of a large chunk.
    if (taken < chunk.length && this.#isOpen) socket.unshift(Buffer.from(chunk.subarray(taken)));
  }

  onText(text: string): void {
    this.#connection.receive(text);
  }

  onBinary(bytes: Buffer): void {
    this.#connection.receive(bytes);
  }

  onControl(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.close) this.#closedByClient(payload);
    else {
      this.#connection.alive();
      if (opcode === opcodes.ping) this.#answerPing(payload);
    }
  }

  onViolation(violation: FrameViolation): void {
    const code = violation.closeCode === 1009 ? 'TRANSPORT_FRAME_TOO_LARGE' : 'TRANSPORT_FAILED';
    const error = new TransportError(code, violation.message, { cause: violation });
    this.#end({ kind: 'failed', error }, closeFrame(violation.closeCode));
  }

  /** The client ended its half of the socket. */
  halfClosed(): void {
    if (this.#isOpen) this.#end(broken());
  }

  /** The socket closes after it. */
  failed(cause: Error): void {
    this.#cause = cause;
  }

  closed(): void {
    if (this.#phase === closed) return;
    this.#readRest();
    const { end } = this.#phase.name === 'ended' ? this.#phase : { end: broken(this.#cause) };
    this.#phase = closed;
    this.#connection.ended(this, end);
  }

  /** A socket that breaks while it is paused still holds what had come. */
  #readRest(): void {
    const rest: unknown = this.#socket.read(this.#socket.readableLength);
    this.#isPaused = false;
    if (this.#isOpen && rest instanceof Buffer) this.#reader.read(rest);
  }

  /** A client that pings and does not read gets no more answers once the buffer is full. */
  #answerPing(payload: Buffer): void {
    if (this.#phase !== open) return;
    if (this.#isAtMark) this.#release();
    if (!this.#isAtMark) this.#socket.write(controlFrame(opcodes.pong, payload));
  }

  /** RFC 6455, section 5.5.1: a close frame is answered with its own code. */
  #closedByClient(payload: Buffer): void {
    checkClosePayload(payload);
    this.#end({ kind: 'remote' }, controlFrame(opcodes.close, payload));
  }

  /** `lastFrame` is left out when a close frame is sent already. */
  #end(end: CarrierEnd, lastFrame?: Buffer): void {
    if (!this.#isOpen) return;
    if (this.#phase === open && lastFrame !== undefined) this.#socket.write(lastFrame);
    this.#phase = { name: 'ended', end };
    this.#socket.end();
  }

  /** Sends what `take` alone holds back, for the rest of the chunk too: only then does the client show how full it is. */
  #release(): void {
    this.#socket.uncork();
  }

  #written(): void {
    if (this.bufferedBytes > 0) return;
    this.#isFull = false;
    this.#connection.drained();
  }
}

function onData(this: CarryingSocket, chunk: Buffer): void {
  this[carrierKey]?.take(chunk);
}

function onEnd(this: CarryingSocket): void {
  this[carrierKey]?.halfClosed();
}

function onError(this: CarryingSocket, error: Error): void {
  this[carrierKey]?.failed(error);
}

function onClose(this: CarryingSocket): void {
  this[carrierKey]?.closed();
}

function broken(cause?: Error): CarrierEnd {
  return { kind: 'failed', error: new TransportError('TRANSPORT_FAILED', undefined, { cause }) };
}
