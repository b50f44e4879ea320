import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { CloseHint, Frame } from '../connection.ts';
import { TransportError } from '../errors.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { CarriedConnection, Carrier, Exchange } from './server-transport.ts';
import { maximumFragments, maximumPieces, WebSocketServerTransport } from './web-socket-server-transport.ts';
import { writeProgress } from './write-progress.ts';

type WebSocketOptions = Pick<
  ResolvedConnectionEndpointOptions,
  'maximumFrameBytes' | 'sendBufferBytes' | 'perMessageDeflate'
>;

/** Above the limit, and above what a number holds. */
const tooLargeCodes: readonly unknown[] = [
  'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH',
];

/** WebSockets by way of `ws`. */
export class WebSocketTransport extends WebSocketServerTransport {
  readonly #server: WebSocketServer;
  readonly #sendBufferBytes: number;

  constructor({ maximumFrameBytes, sendBufferBytes, perMessageDeflate }: WebSocketOptions) {
    super();
    this.#sendBufferBytes = sendBufferBytes;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // `answerPing` does it.
      autoPong: false,
      maxPayload: maximumFrameBytes,
      maxFragments: maximumFragments,
      maxBufferedChunks: maximumPieces(maximumFrameBytes),
      perMessageDeflate,
    });
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

/** Knows its carrier, so that all sockets share their listeners: closures of each would be half of a carrier's memory. */
interface CarryingWebSocket extends WebSocket {
  carrier?: WebSocketCarrier;
}

interface WebSocketSetting {
  readonly socket: Duplex;
  readonly connection: CarriedConnection;
  readonly sendBufferBytes: number;
}

class WebSocketCarrier implements Carrier {
  readonly #webSocket: CarryingWebSocket;
  readonly #socket: Duplex;
  readonly #connection: CarriedConnection;
  readonly #sendBufferBytes: number;
  #isFull = false;
  #error: Error | undefined;

  constructor(webSocket: CarryingWebSocket, { socket, connection, sendBufferBytes }: WebSocketSetting) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#connection = connection;
    this.#sendBufferBytes = sendBufferBytes;
    webSocket.carrier = this;
    webSocket.on('message', onMessage);
    webSocket.on('ping', onPing);
    webSocket.on('pong', onPong);
    webSocket.on('error', onError);
    webSocket.on('close', onClose);
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  get progress(): number {
    return writeProgress(this.#socket);
  }

  send(frame: Frame): boolean {
    const webSocket = this.#webSocket;
    const [bytes, kind] = typeof frame === 'string' ? [textBytes(frame), text] : [frame, binary];
    // A write callback is asked for only near the mark: without one a send costs no closure.
    if (!this.#isFull && webSocket.bufferedAmount + bytes.byteLength < this.#sendBufferBytes) {
      webSocket.send(bytes, kind);
      return true;
    }
    webSocket.send(bytes, kind, () => this.#onWritten());
    this.#isFull = webSocket.bufferedAmount >= this.#sendBufferBytes;
    return !this.#isFull;
  }

  /** RFC 6455, section 7.4.1. */
  close(hint?: CloseHint): void {
    this.#webSocket.close(hint?.goingAway === true ? 1001 : 1000);
  }

  ping(): void {
    this.#webSocket.ping();
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

  receive(frame: Frame): void {
    this.#connection.receive(frame);
  }

  /** A peer that pings and does not read gets no more answers once the buffer is full. */
  answerPing(data: Buffer): void {
    this.alive();
    if (this.bufferedBytes < this.#sendBufferBytes) this.#webSocket.pong(data);
  }

  alive(): void {
    this.#connection.alive();
  }

  failed(error: Error): void {
    this.#error = error;
  }

  /** RFC 6455, section 7.1.5: 1006 says that no close frame came. */
  closed(code: number): void {
    const cause = this.#error;
    if (cause === undefined && code !== 1006) this.#connection.ended(this, { kind: 'remote' });
    else this.#connection.ended(this, { kind: 'failed', error: failure(cause) });
  }

  #onWritten(): void {
    if (this.#webSocket.bufferedAmount > 0) return;
    this.#isFull = false;
    this.#connection.drained();
  }
}

const text = { binary: false } as const;
const binary = { binary: true } as const;

/** Larger texts are not held on to. */
const mostKeptCharacters = 65_536;
let lastText = '';
let lastBytes = Buffer.alloc(0);

/** A broadcast sends the same text to one connection after the other. */
function textBytes(frame: string): Buffer {
  if (frame.length > mostKeptCharacters) return Buffer.from(frame);
  if (frame !== lastText) {
    lastText = frame;
    lastBytes = Buffer.from(frame);
  }
  return lastBytes;
}

function onMessage(this: CarryingWebSocket, data: RawData, isBinary: boolean): void {
  const bytes = bufferOf(data);
  this.carrier?.receive(isBinary ? bytes : bytes.toString());
}

function onPing(this: CarryingWebSocket, data: Buffer): void {
  this.carrier?.answerPing(data);
}

function onPong(this: CarryingWebSocket): void {
  this.carrier?.alive();
}

function onError(this: CarryingWebSocket, error: Error): void {
  this.carrier?.failed(error);
}

function onClose(this: CarryingWebSocket, code: number): void {
  this.carrier?.closed(code);
}

function failure(cause: Error | undefined): TransportError {
  const isTooLarge = cause !== undefined && 'code' in cause && tooLargeCodes.includes(cause.code);
  return new TransportError(isTooLarge ? 'TRANSPORT_FRAME_TOO_LARGE' : 'TRANSPORT_FAILED', cause?.message, { cause });
}

/** With the default `binaryType` it is one buffer; the other forms are only ruled out for the compiler. */
function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
