import type { IncomingMessage } from 'node:http';
import { reject, type HttpRejection } from './http-rejection.ts';

/** `undefined`: the client went away before the body was complete. */
export type BodyResult = Uint8Array | HttpRejection | undefined;

/** How much of a body that is too large is read and dropped, so that the client gets to see the answer. */
const maximumDroppedBytes = 1_048_576;

/** Reads the whole body, or takes what a body parser made of it. `done` is called once. */
export function readBody(request: IncomingMessage, maximumBytes: number, done: (body: BodyResult) => void): void {
  if (request.readableDidRead) {
    done(parsedBody(request, maximumBytes));
    return;
  }
  if (request.destroyed) {
    done(undefined);
    return;
  }
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) {
    dropRest(request);
    done(reject('TRANSPORT_BODY_TOO_LARGE'));
    return;
  }
  collect(request, maximumBytes, done);
}

function collect(request: IncomingMessage, maximumBytes: number, done: (body: BodyResult) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (body: BodyResult) => {
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    done(body);
  };
  const onData = (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes <= maximumBytes) chunks.push(chunk);
    else {
      dropRest(request);
      finish(reject('TRANSPORT_BODY_TOO_LARGE'));
    }
  };
  const onEnd = () => finish(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, bytes));
  const onClose = () => finish(undefined);
  // A client that goes away mid-body makes the request emit an error, which nobody else listens for.
  request.once('error', () => {});
  request.on('data', onData).on('end', onEnd).on('close', onClose);
}

/** Express and other frameworks leave the parsed body on the request. */
function parsedBody(request: IncomingMessage, maximumBytes: number): BodyResult {
  const body = 'body' in request ? request.body : undefined;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return reject('TRANSPORT_BODY_ALREADY_READ');
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return bytes.byteLength > maximumBytes ? reject('TRANSPORT_BODY_TOO_LARGE') : bytes;
}

function dropRest(request: IncomingMessage): void {
  let dropped = 0;
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.byteLength;
    if (dropped > maximumDroppedBytes) request.destroy();
  });
}
