import { defaultWebSocket } from '#web-socket';
import type { Connection, Frame, TransferFormat } from '../connection.ts';
import { throwIfAborted } from '../abort.ts';
import { TransportError, type ConnectionErrorCode } from '../errors.ts';
import { ClientConnection } from './client-connection.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import type { WebSocketConstructor, WebSocketEvent, WebSocketLike } from './platform/web-socket-like.ts';

/** A browser's WebSocket does not say when its buffer is empty, so it is looked at this often while someone waits. */
const drainPollMs = 20;

/** Close codes of an orderly end: normal, going away, none given. */
const orderlyCodes: readonly unknown[] = [1000, 1001, 1005];

/** Tells the other end that this one gave up, where the socket cannot simply be cut. */
const abortCode = 4000;

export class WebSocketTransport implements ClientTransport {
  readonly name = 'WebSockets';
  readonly transferFormats: readonly TransferFormat[] = ['Text', 'Binary'];
  readonly #WebSocket: WebSocketConstructor | undefined;

  /** `WebSocket` replaces the platform's own. */
  constructor(WebSocket?: WebSocketConstructor) {
    this.#WebSocket = WebSocket;
  }

  async connect(request: ConnectRequest): Promise<Connection> {
    const WebSocket = this.#WebSocket ?? defaultWebSocket();
    if (WebSocket === undefined) throw new TransportError('TRANSPORT_UNAVAILABLE', 'There is no WebSocket.');
    const { http, signal } = request;
    const { url, headers } = await http.opening(request.url);
    throwIfAborted(signal);
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [], { headers, perMessageDeflate: false });
    const connection = new WebSocketConnection(this, request, socket);
    await connection.opened(signal, (resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('close', (event) => reject(connection.errorOf(event, 'TRANSPORT_CONNECT_FAILED')));
    });
    return connection;
  }
}

class WebSocketConnection extends ClientConnection {
  readonly #socket: WebSocketLike;
  readonly #sendBufferBytes: number;
  #lastError: string | undefined;
  #drainTimer: ReturnType<typeof setInterval> | undefined;

  constructor(transport: WebSocketTransport, request: ConnectRequest, socket: WebSocketLike) {
    super(transport, request);
    this.#socket = socket;
    this.#sendBufferBytes = request.settings.sendBufferBytes;
    socket.binaryType = 'arraybuffer';
    // `binaryType` makes an ArrayBuffer of all that is no text.
    socket.addEventListener('message', ({ data }) =>
      this.received(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)),
    );
    socket.addEventListener('error', ({ message }) => (this.#lastError = message));
    socket.addEventListener('close', (event) => {
      if (orderlyCodes.includes(event.code)) this.ended();
      else this.failed(this.errorOf(event, 'TRANSPORT_FAILED'));
    });
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  errorOf({ code, reason }: WebSocketEvent, errorCode: ConnectionErrorCode): TransportError {
    const text = `The WebSocket closed with ${code}${reason ? ` (${reason})` : ''}.`;
    return new TransportError(errorCode, this.#lastError ?? text);
  }

  send(frame: Frame): boolean {
    if (!this.isOpen) return true;
    this.#socket.send(frame);
    if (this.#drainTimer === undefined && this.bufferedBytes > this.#sendBufferBytes) {
      this.#drainTimer = setInterval(() => this.#drainWhenEmpty(), drainPollMs);
    }
    return this.#drainTimer === undefined;
  }

  override pause(): void {
    super.pause();
    this.#socket.pause?.();
  }

  override resume(): void {
    super.resume();
    this.#socket.resume?.();
  }

  protected finish(): void {
    // The other end's answer cannot be read from a paused socket.
    this.#socket.resume?.();
    this.#socket.close(1000);
  }

  protected release(): void {
    clearInterval(this.#drainTimer);
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close(abortCode);
  }

  #drainWhenEmpty(): void {
    if (this.bufferedBytes > 0) return;
    clearInterval(this.#drainTimer);
    this.#drainTimer = undefined;
    this.drained();
  }
}
