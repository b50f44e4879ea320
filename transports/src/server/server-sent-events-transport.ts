import type { ServerResponse } from 'node:http';
import type { Frame } from '../connection.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { CarriedConnection, Carrier, Exchange, ServerTransport } from './server-transport.ts';
import { writeProgress } from './write-progress.ts';

/** Server-Sent Events (HTML Standard, section 9.2) for the server's frames; the client's come by POST. */
export class ServerSentEventsTransport implements ServerTransport {
  readonly name = 'ServerSentEvents';
  readonly transferFormats = ['Text'] as const;
  readonly hasInherentKeepAlive = false;
  readonly receivesByPost = true;
  readonly endsByDelete = false;
  readonly #sendBufferBytes: number;

  constructor({ sendBufferBytes }: Pick<ResolvedConnectionEndpointOptions, 'sendBufferBytes'>) {
    this.#sendBufferBytes = sendBufferBytes;
  }

  accepts({ kind, request }: Exchange): boolean {
    return kind === 'request' && /\btext\/event-stream\b/iu.test(request.headers.accept ?? '');
  }

  run(exchange: Exchange, open: () => CarriedConnection): void {
    if (exchange.kind !== 'request' || exchange.response.destroyed) return;
    const { response } = exchange;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      // `no-transform` keeps compressing middleware and proxies from holding events back.
      'Cache-Control': 'no-cache, no-store, no-transform',
      Pragma: 'no-cache',
      'Content-Encoding': 'identity',
      'X-Accel-Buffering': 'no',
    });
    // Some browsers report the stream as open only when its first bytes arrive.
    response.write(':\r\n');
    const connection = open();
    connection.attach(new EventStream(response, connection, this.#sendBufferBytes));
  }
}

class EventStream implements Carrier {
  readonly #response: ServerResponse;
  readonly #connection: CarriedConnection;
  readonly #sendBufferBytes: number;
  #isFull = false;

  constructor(response: ServerResponse, connection: CarriedConnection, sendBufferBytes: number) {
    this.#response = response;
    this.#connection = connection;
    this.#sendBufferBytes = sendBufferBytes;
    response.on('error', () => {});
    response.once('close', () => this.#onClose());
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  get progress(): number {
    return writeProgress(this.#response.socket);
  }

  send(frame: Frame): boolean {
    const event = formatEvent(frame);
    // A write callback is asked for only near the mark, as it costs more than the write.
    if (!this.#isFull && this.bufferedBytes + event.length * 3 < this.#sendBufferBytes) {
      this.#response.write(event);
      return true;
    }
    this.#response.write(event, this.#onWritten);
    this.#isFull = this.bufferedBytes >= this.#sendBufferBytes;
    return !this.#isFull;
  }

  close(): void {
    this.#response.end();
  }

  terminate(): void {
    this.#response.destroy();
  }

  readonly #onWritten = (): void => {
    if (!this.#isFull || this.bufferedBytes > 0) return;
    this.#isFull = false;
    this.#connection.drained();
  };

  /** A client has no way to end the stream but to leave. */
  #onClose(): void {
    this.#connection.ended(this, { kind: 'remote' });
  }
}

const lineEnd = /\r\n|\r|\n/u;

/** One event per frame; every line of it becomes a `data` field, because a line end would end the field. */
export function formatEvent(frame: Frame): string {
  const text =
    typeof frame === 'string' ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
  if (!lineEnd.test(text)) return `data: ${text}\r\n\r\n`;
  const fields = text.split(lineEnd).map((line) => `data: ${line}\r\n`);
  return `${fields.join('')}\r\n`;
}
