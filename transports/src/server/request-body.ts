import type { IncomingMessage } from 'node:http';
import type { Deadlines } from './deadlines.ts';
import { reject, type HttpRejection } from './http-rejection.ts';

/** `undefined`: the client went away before the body was complete. */
export type BodyResult = Uint8Array | HttpRejection | undefined;

export interface BodyLimits {
  readonly maximumBytes: number;
  /** When the body has to be complete. */
  readonly deadlines: Deadlines;
}

/** How much of a body that is too large is read and dropped, so that the client gets to see the answer. */
const maximumDroppedBytes = 1_048_576;

/** Reads the whole body, or takes what a body parser made of it. `done` is called once. */
export function readBody(request: IncomingMessage, limits: BodyLimits, done: (body: BodyResult) => void): void {
  if (request.readableDidRead) {
    done(parsedBody(request, limits.maximumBytes));
    return;
  }
  if (request.destroyed) {
    done(undefined);
    return;
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.maximumBytes) {
    dropRest(request, limits.deadlines);
    done(reject('TRANSPORT_BODY_TOO_LARGE'));
    return;
  }
  collect(request, limits, done);
}

function collect(request: IncomingMessage, limits: BodyLimits, done: (body: BodyResult) => void): void {
  const { maximumBytes, deadlines } = limits;
  const bytes = new BodyBytes();
  const finish = (body: BodyResult) => {
    stop();
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    done(body);
  };
  const onData = (chunk: Buffer) => {
    if (bytes.length + chunk.byteLength <= maximumBytes) bytes.append(chunk);
    else {
      dropRest(request, deadlines);
      finish(reject('TRANSPORT_BODY_TOO_LARGE'));
    }
  };
  const onEnd = () => finish(bytes.all());
  const onClose = () => finish(undefined);
  const stop = deadlines.start(() => {
    request.resume();
    finish(reject('TRANSPORT_BODY_TIMEOUT', { Connection: 'close' }));
  });
  // A client that goes away mid-body makes the request emit an error, which nobody else listens for.
  request.once('error', () => {});
  request.on('data', onData).on('end', onEnd).on('close', onClose);
}

/**
 * Joins the chunks of a body as they come, into a buffer that doubles: a chunk of one byte costs a hundred when it is
 * kept by itself.
 */
class BodyBytes {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(chunk: Buffer): void {
    const needed = this.#length + chunk.byteLength;
    if (this.#length === 0) this.#buffer = chunk;
    else {
      if (needed > this.#buffer.byteLength) this.#grow(needed);
      chunk.copy(this.#buffer, this.#length);
    }
    this.#length = needed;
  }

  all(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.byteLength * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Express and other frameworks leave the parsed body on the request. */
function parsedBody(request: IncomingMessage, maximumBytes: number): BodyResult {
  const body = 'body' in request ? request.body : undefined;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return reject('TRANSPORT_BODY_ALREADY_READ');
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return bytes.byteLength > maximumBytes ? reject('TRANSPORT_BODY_TOO_LARGE') : bytes;
}

function dropRest(request: IncomingMessage, deadlines: Deadlines): void {
  let dropped = 0;
  const stop = deadlines.start(() => request.destroy());
  request.once('close', stop);
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.byteLength;
    if (dropped > maximumDroppedBytes) request.destroy();
  });
}
