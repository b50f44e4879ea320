import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Frame } from '../connection.ts';
import { TransportError } from '../errors.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { CarriedConnection, Carrier, Exchange, ServerTransport } from './server-transport.ts';
import { writeProgress } from './write-progress.ts';

type WebSocketOptions = Pick<
  ResolvedConnectionEndpointOptions,
  'maximumFrameBytes' | 'sendBufferBytes' | 'perMessageDeflate'
>;

/** Fragments of one message, and pieces it may arrive in: far above what any client makes, far below what would hurt. */
const maximumFragments = 1_024;
const maximumBufferedChunks = 65_536;

/** WebSockets by way of `ws`. */
export class WebSocketTransport implements ServerTransport {
  readonly name = 'WebSockets';
  readonly transferFormats = ['Text', 'Binary'] as const;
  readonly hasInherentKeepAlive = false;
  readonly receivesByPost = false;
  readonly endsByDelete = false;
  readonly #server: WebSocketServer;
  readonly #sendBufferBytes: number;

  constructor({ maximumFrameBytes, sendBufferBytes, perMessageDeflate }: WebSocketOptions) {
    this.#sendBufferBytes = sendBufferBytes;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Answered here, so that a peer that pings and never reads cannot fill the buffer.
      autoPong: false,
      maxPayload: maximumFrameBytes,
      maxFragments: maximumFragments,
      maxBufferedChunks: maximumBufferedChunks,
      perMessageDeflate,
    });
  }

  accepts({ kind, request }: Exchange): boolean {
    return kind === 'upgrade' && request.headers.upgrade?.toLowerCase() === 'websocket';
  }

  run(exchange: Exchange, open: () => CarriedConnection): void {
    if (exchange.kind !== 'upgrade') return;
    const { request, socket, head } = exchange;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = open();
      connection.attach(
        new WebSocketCarrier(webSocket, { socket, connection, sendBufferBytes: this.#sendBufferBytes }),
      );
    });
  }
}

interface WebSocketSetting {
  readonly socket: Duplex;
  readonly connection: CarriedConnection;
  readonly sendBufferBytes: number;
}

class WebSocketCarrier implements Carrier {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #connection: CarriedConnection;
  readonly #sendBufferBytes: number;
  #isFull = false;
  #error: Error | undefined;

  constructor(webSocket: WebSocket, { socket, connection, sendBufferBytes }: WebSocketSetting) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#connection = connection;
    this.#sendBufferBytes = sendBufferBytes;
    webSocket.on('message', (data, isBinary) => {
      const bytes = bufferOf(data);
      connection.receive(isBinary ? bytes : bytes.toString());
    });
    webSocket.on('ping', (data) => {
      if (webSocket.bufferedAmount < sendBufferBytes) webSocket.pong(data);
    });
    webSocket.on('error', (error) => {
      this.#error = error;
    });
    webSocket.on('close', (code) => this.#onClose(code));
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  get progress(): number {
    return writeProgress(this.#socket);
  }

  send(frame: Frame): boolean {
    const webSocket = this.#webSocket;
    // A write callback is asked for only near the mark: without one a send costs no closure and no queue entry.
    const largestSize = typeof frame === 'string' ? frame.length * 3 : frame.byteLength;
    if (!this.#isFull && webSocket.bufferedAmount + largestSize < this.#sendBufferBytes) {
      webSocket.send(frame);
      return true;
    }
    webSocket.send(frame, this.#onWritten);
    this.#isFull = webSocket.bufferedAmount >= this.#sendBufferBytes;
    return !this.#isFull;
  }

  close(): void {
    this.#webSocket.close(1000);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  readonly #onWritten = (): void => {
    if (this.#webSocket.bufferedAmount > 0) return;
    this.#isFull = false;
    this.#connection.drained();
  };

  /** RFC 6455, section 7.1.5: 1006 says that no close frame came. */
  #onClose(code: number): void {
    const cause = this.#error;
    if (cause === undefined && code !== 1006) this.#connection.ended(this, { kind: 'remote' });
    else this.#connection.ended(this, { kind: 'failed', error: failure(cause) });
  }
}

function failure(cause: Error | undefined): TransportError {
  const isTooLarge = cause !== undefined && 'code' in cause && cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  return new TransportError(isTooLarge ? 'TRANSPORT_FRAME_TOO_LARGE' : 'TRANSPORT_FAILED', cause?.message, { cause });
}

/** With the default `binaryType` it is one buffer; the other forms are only ruled out for the compiler. */
function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
