import { canSendHeaders, defaultWebSocket } from '#web-socket';
import type { CloseReason, Connection, ConnectionReceiver, Frame, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { ReceiveQueue } from '../receive-queue.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import type { WebSocketConstructor, WebSocketEvent, WebSocketLike } from './platform/web-socket-like.ts';
import { withQuery } from './url.ts';

const transferFormats: readonly TransferFormat[] = ['Text', 'Binary'];

/** A browser's WebSocket does not say when its buffer is empty, so it is looked at this often while someone waits. */
const drainPollMs = 20;

/** Close codes of an orderly end: normal, going away, none given. */
const orderlyCodes: readonly unknown[] = [1000, 1001, 1005];

/** Tells the other end that this one gave up, where the socket cannot simply be cut. */
const abortCode = 4000;

export class WebSocketTransport implements ClientTransport {
  readonly name = 'WebSockets';
  readonly transferFormats = transferFormats;
  readonly #WebSocket: WebSocketConstructor | undefined;

  /** `WebSocket` replaces the platform's own. */
  constructor(WebSocket?: WebSocketConstructor) {
    this.#WebSocket = WebSocket;
  }

  async connect(request: ConnectRequest): Promise<Connection> {
    const WebSocket = this.#WebSocket ?? defaultWebSocket();
    if (WebSocket === undefined) throw new TransportError('TRANSPORT_UNAVAILABLE', 'There is no WebSocket.');
    const { http, signal } = request;
    const token = await http.accessToken();
    const url = canSendHeaders || token === undefined ? request.url : withQuery(request.url, 'access_token', token);
    const headers = canSendHeaders ? await http.headers() : {};
    signal.throwIfAborted();
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [], { headers, perMessageDeflate: false });
    const connection = new WebSocketConnection(socket, request);
    await connection.opened(signal);
    return connection;
  }
}

/**
 * ```
 * connecting ── open ──► open ── close() ──► closing ── close event ──► closed
 *      └──────────────────┴── close event, abort() ──────┴───────────────►
 * ```
 */
type State =
  | { readonly name: 'connecting' }
  | { readonly name: 'open' }
  | { readonly name: 'closing'; readonly timer: ReturnType<typeof setTimeout> }
  | { readonly name: 'closed' };

class WebSocketConnection implements Connection {
  readonly connectionId: string;
  readonly transport = 'WebSockets';
  readonly transferFormats = transferFormats;
  readonly hasInherentKeepAlive = false;
  readonly #socket: WebSocketLike;
  readonly #settings: ConnectRequest['settings'];
  readonly #received: ReceiveQueue;
  #state: State = { name: 'connecting' };
  #lastError: string | undefined;
  #drainTimer: ReturnType<typeof setInterval> | undefined;

  constructor(socket: WebSocketLike, { connectionId, settings }: ConnectRequest) {
    this.connectionId = connectionId;
    this.#socket = socket;
    this.#settings = settings;
    this.#received = new ReceiveQueue(settings.receiveBufferBytes);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#onMessage(data));
    socket.addEventListener('error', ({ message }) => (this.#lastError = message));
    socket.addEventListener('close', (event) => this.#onClose(event));
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  opened(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#end({ kind: 'local' });
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort);
      this.#socket.addEventListener('open', () => {
        signal.removeEventListener('abort', onAbort);
        this.#state = { name: 'open' };
        resolve();
      });
      this.#socket.addEventListener('close', (event) => {
        signal.removeEventListener('abort', onAbort);
        reject(new TransportError('TRANSPORT_CONNECT_FAILED', this.#lastError ?? closeText(event)));
      });
    });
  }

  start(receiver: ConnectionReceiver): void {
    this.#received.start(receiver);
  }

  send(frame: Frame): boolean {
    if (this.#state.name !== 'open') return true;
    this.#socket.send(frame);
    if (this.#drainTimer === undefined && this.bufferedBytes > this.#settings.sendBufferBytes) {
      this.#drainTimer = setInterval(() => this.#drainWhenEmpty(), drainPollMs);
    }
    return this.#drainTimer === undefined;
  }

  pause(): void {
    this.#received.pause();
    this.#socket.pause?.();
  }

  resume(): void {
    this.#received.resume();
    this.#socket.resume?.();
  }

  close(): void {
    if (this.#state.name !== 'open') return;
    const timer = setTimeout(() => this.#end({ kind: 'local' }), this.#settings.closeTimeoutMs);
    this.#state = { name: 'closing', timer };
    // The other end's answer cannot be read from a paused socket.
    this.#socket.resume?.();
    this.#socket.close(1000);
  }

  abort(error: TransportError): void {
    this.#end({ kind: 'failed', error });
  }

  #onMessage(data: unknown): void {
    const frame = isBytes(data) ? new Uint8Array(data) : String(data);
    if (!this.#received.push(frame)) this.abort(new TransportError('TRANSPORT_RECEIVE_BUFFER_FULL'));
  }

  #onClose(event: WebSocketEvent): void {
    const { name } = this.#state;
    if (name === 'closing') this.#settle(() => this.#received.cut({ kind: 'local' }));
    else if (name === 'open') this.#settle(() => this.#received.end(this.#reasonOf(event)));
  }

  #reasonOf(event: WebSocketEvent): CloseReason {
    if (orderlyCodes.includes(event.code)) return { kind: 'remote' };
    return { kind: 'failed', error: new TransportError('TRANSPORT_FAILED', this.#lastError ?? closeText(event)) };
  }

  /** Ends without waiting for the other end. */
  #end(reason: CloseReason): void {
    if (this.#state.name === 'closed') return;
    this.#settle(() => this.#received.cut(reason));
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close(abortCode);
  }

  #settle(tell: () => void): void {
    if (this.#state.name === 'closing') clearTimeout(this.#state.timer);
    clearInterval(this.#drainTimer);
    this.#state = { name: 'closed' };
    tell();
  }

  #drainWhenEmpty(): void {
    if (this.bufferedBytes > 0) return;
    clearInterval(this.#drainTimer);
    this.#drainTimer = undefined;
    this.#received.drain();
  }
}

/** `binaryType` makes an ArrayBuffer of all that is no text. */
function isBytes(data: unknown): data is ArrayBuffer {
  return typeof data !== 'string';
}

function closeText({ code, reason }: WebSocketEvent): string {
  return `The WebSocket closed with ${code}${reason ? ` (${reason})` : ''}.`;
}
