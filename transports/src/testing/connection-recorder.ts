import type { CloseHint, CloseReason, Connection, ConnectionReceiver, Frame } from '../connection.ts';
import type { TransportError } from '../errors.ts';
import { within } from './within.ts';

const encoder = new TextEncoder();

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

/** Owns one end of a connection: writes down what it is told, waits for it, and notes every broken promise. */
export class ConnectionRecorder {
  readonly connection: Connection;
  readonly frames: Frame[] = [];
  /** Promises of `ConnectionReceiver` that were broken; a test ends by looking at these. */
  readonly violations: string[] = [];
  drains = 0;
  signsOfLife = 0;
  closeReason: CloseReason | undefined;
  /** Runs inside the callback. */
  onFrame: (frame: Frame) => void = () => {};
  readonly #waiters = new Set<Waiter>();
  #inside: string | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  start(): this {
    const receiver: ConnectionReceiver = {
      onFrame: (frame) =>
        this.#told('onFrame', () => {
          this.frames.push(frame);
          this.onFrame(frame);
        }),
      onDrain: () => this.#told('onDrain', () => this.drains++),
      onAlive: () => this.#told('onAlive', () => this.signsOfLife++),
      onClose: (reason) => this.#told('onClose', () => (this.closeReason = reason)),
    };
    this.#call('start', () => this.connection.start(receiver));
    return this;
  }

  send(frame: Frame): boolean {
    return this.#call('send', () => this.connection.send(frame));
  }

  pause(): void {
    this.#call('pause', () => this.connection.pause());
  }

  resume(): void {
    this.#call('resume', () => this.connection.resume());
  }

  ping(): boolean {
    return this.#call('ping', () => this.connection.ping?.() === true);
  }

  close(hint?: CloseHint): void {
    this.#call('close', () => this.connection.close(hint));
  }

  abort(error: TransportError): void {
    this.#call('abort', () => this.connection.abort(error));
  }

  /** All that came, as one run of bytes: text counts as its UTF-8. */
  get bytes(): Uint8Array {
    const parts = this.frames.map((frame) => (typeof frame === 'string' ? encoder.encode(frame) : frame));
    const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let offset = 0;
    for (const part of parts) {
      joined.set(part, offset);
      offset += part.byteLength;
    }
    return joined;
  }

  get text(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes);
  }

  async until(isMet: () => boolean, what: string): Promise<void> {
    if (isMet()) return;
    const met = new Promise<void>((resolve) => void this.#waiters.add({ isMet, resolve }));
    await within(met, what);
  }

  async untilBytes(count: number): Promise<void> {
    let seen = 0;
    let bytes = 0;
    const isMet = () => {
      for (; seen < this.frames.length; seen++) {
        const frame = this.frames[seen]!;
        bytes += typeof frame === 'string' ? encoder.encode(frame).byteLength : frame.byteLength;
      }
      return bytes >= count;
    };
    await this.until(isMet, `${count} bytes on the ${this.connection.transport} connection`).catch((error: Error) => {
      throw new Error(`${error.message} There are ${bytes}.`, { cause: error });
    });
  }

  async untilClosed(): Promise<CloseReason> {
    await this.until(() => this.closeReason !== undefined, `the end of the ${this.connection.transport} connection`);
    return this.closeReason!;
  }

  #call<T>(name: string, act: () => T): T {
    const outer = this.#inside;
    this.#inside = name;
    try {
      return act();
    } finally {
      this.#inside = outer;
    }
  }

  #told(name: string, act: () => void): void {
    if (this.#inside !== undefined) this.violations.push(`${name} ran inside ${this.#inside}`);
    if (this.closeReason !== undefined) this.violations.push(`${name} came after onClose`);
    this.#call(name, act);
    for (const waiter of this.#waiters) {
      if (!waiter.isMet()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
