import { Duplex } from 'node:stream';

/** The server's end of a socket whose other end is the test. Like that of an HTTP server it may be half open. */
export class InMemorySocket extends Duplex {
  readonly #sent: Buffer[] = [];
  #whenFlowing: (() => void) | undefined;
  #isStalled = false;
  /** The server ended its half. */
  hasEnded = false;
  /** How often it wrote, each time some buffers. */
  writes = 0;

  constructor() {
    super({ allowHalfOpen: true });
  }

  /** All that the server sent. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  /** What the client sends; copied, as the server may write to it. */
  arrive(bytes: Uint8Array): void {
    if (!this.destroyed) this.push(Buffer.from(bytes));
  }

  override _read(): void {}

  /** The client reads no more. */
  stall(): void {
    this.#isStalled = true;
  }

  /** It reads again, all that there is. */
  flow(): void {
    this.#isStalled = false;
    this.takeOne();
  }

  /** It takes what one write gave it, and then no more. */
  takeOne(): void {
    const done = this.#whenFlowing;
    this.#whenFlowing = undefined;
    done?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#write([chunk], done);
  }

  override _writev(parts: { chunk: Buffer }[], done: () => void): void {
    this.#write(
      parts.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.hasEnded = true;
    done();
  }

  #write(chunks: Buffer[], done: () => void): void {
    this.writes++;
    this.#sent.push(Buffer.concat(chunks));
    if (this.#isStalled) this.#whenFlowing = done;
    else done();
  }
}
