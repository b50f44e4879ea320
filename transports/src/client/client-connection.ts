import type { CloseReason, Connection, ConnectionReceiver, Frame, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { ReceiveQueue } from '../receive-queue.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';

export interface ClientConnectionOptions {
  readonly hasInherentKeepAlive: boolean;
  /** How much may wait for a paused receiver before the connection is given up. */
  readonly receiveBufferBytes: number;
  /** Called when the last frame that waited was taken. */
  readonly onTaken?: () => void;
}

/**
 * ```
 * open ── close() ───────────────► ending ── done, or in `closeTimeoutMs` ──► closed
 *   ├──── the other end is leaving ► ending ── its last frames, or in `closeTimeoutMs` ─►
 *   └──── the other end closed, a failure, abort() ──────────────────────────►
 * ```
 */
type State =
  | { readonly name: 'open' }
  /** `reason` is how it ends unless the other end has the last word. */
  | { readonly name: 'ending'; readonly reason: CloseReason; readonly timer: ReturnType<typeof setTimeout> }
  | { readonly name: 'closed' };

/** What the connections of all transports have in common: what came in, and how they end. */
export abstract class ClientConnection implements Connection {
  readonly connectionId: string;
  readonly transport: string;
  readonly transferFormats: readonly TransferFormat[];
  readonly hasInherentKeepAlive: boolean;
  protected readonly queue: ReceiveQueue;
  readonly #closeTimeoutMs: number;
  #state: State = { name: 'open' };

  constructor(transport: ClientTransport, request: ConnectRequest, options: ClientConnectionOptions) {
    this.connectionId = request.connectionId;
    this.transport = transport.name;
    this.transferFormats = transport.transferFormats;
    this.hasInherentKeepAlive = options.hasInherentKeepAlive;
    this.queue = new ReceiveQueue(options.receiveBufferBytes, options.onTaken);
    this.#closeTimeoutMs = request.settings.closeTimeoutMs;
  }

  abstract get bufferedBytes(): number;
  abstract send(frame: Frame): boolean;
  /** Sends what is queued and tells the other end; `ended` follows. */
  protected abstract finish(): void;
  /** Lets go of everything; called once, at the end. */
  protected abstract release(): void;

  get isOpen(): boolean {
    return this.#state.name === 'open';
  }

  start(receiver: ConnectionReceiver): void {
    this.queue.start(receiver);
  }

  pause(): void {
    this.queue.pause();
  }

  resume(): void {
    this.queue.resume();
  }

  close(): void {
    if (this.#state.name === 'ending' && !this.#isClosing) this.cut({ kind: 'local' });
    if (this.#state.name !== 'open') return;
    this.endSoon({ kind: 'local' });
    this.finish();
  }

  abort(error: TransportError): void {
    this.cut({ kind: 'failed', error });
  }

  received(frame: Frame): void {
    if (frame.length === 0 || this.#state.name === 'closed') return;
    if (!this.queue.push(frame)) this.abort(new TransportError('TRANSPORT_RECEIVE_BUFFER_FULL'));
  }

  /** Resolves when `settle` does; ends with `signal`, and rejects with its reason, when that is first. */
  async opened(
    signal: AbortSignal,
    settle: (resolve: () => void, reject: (error: unknown) => void) => void,
  ): Promise<void> {
    const end = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { signal: end.signal });
        settle(resolve, reject);
      });
    } catch (error) {
      this.cut({ kind: 'local' });
      throw error;
    } finally {
      end.abort();
    }
  }

  /** Nothing more comes; after a `close()` of this end that is the end it wanted. */
  ended(reason: CloseReason = { kind: 'remote' }): void {
    if (this.#isClosing) this.cut({ kind: 'local' });
    else this.#settle(() => this.queue.end(reason));
  }

  failed(error: TransportError): void {
    this.ended({ kind: 'failed', error });
  }

  /** Leaves the last word to the other end, for a while. */
  protected endSoon(reason: CloseReason): void {
    this.#state = { name: 'ending', reason, timer: setTimeout(() => this.cut(reason), this.#closeTimeoutMs) };
  }

  /** Ends at once, dropping what waits. */
  protected cut(reason: CloseReason): void {
    this.#settle(() => this.queue.cut(reason));
  }

  get #isClosing(): boolean {
    return this.#state.name === 'ending' && this.#state.reason.kind === 'local';
  }

  #settle(tell: () => void): void {
    if (this.#state.name === 'closed') return;
    if (this.#state.name === 'ending') clearTimeout(this.#state.timer);
    this.#state = { name: 'closed' };
    this.release();
    tell();
  }
}
