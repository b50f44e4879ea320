import type { CloseReason, Connection, ConnectionReceiver, Frame, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { ReceiveQueue } from '../receive-queue.ts';
import type { ConnectRequest } from './client-transport.ts';
import { HttpStatusError } from './http-client.ts';
import { Outbox } from './outbox.ts';

export interface PostingConnectionOptions {
  readonly transport: string;
  readonly transferFormats: readonly TransferFormat[];
  readonly hasInherentKeepAlive: boolean;
  /** How much may wait for a paused receiver before the connection is given up. */
  readonly receiveBufferBytes: number;
  /** Tells a server that cannot see the end by itself. */
  readonly leave?: () => Promise<unknown>;
}

/**
 * ```
 * open ── close() ──────────► closing ── outbox flushed, server told ──► closed
 *  ├───── a POST finds no id ► orphaned ── the receiving half ended ─────►
 *  └───── the server ended, a failure, abort() ──┴──────────────────────►
 * ```
 */
type State =
  | { readonly name: 'open' }
  | { readonly name: 'closing'; readonly timer: ReturnType<typeof setTimeout> }
  | { readonly name: 'orphaned'; readonly timer: ReturnType<typeof setTimeout> }
  | { readonly name: 'closed' };

/** The half that Server-Sent Events and long polling share: sends by POST; what receives calls `received`, `ended` and `failed`. */
export class PostingConnection implements Connection {
  readonly connectionId: string;
  readonly transport: string;
  readonly transferFormats: readonly TransferFormat[];
  readonly hasInherentKeepAlive: boolean;
  readonly #leave: () => Promise<unknown>;
  readonly #closeTimeoutMs: number;
  readonly #received: ReceiveQueue;
  readonly #outbox: Outbox;
  readonly #lifetime = new AbortController();
  #state: State = { name: 'open' };
  #onTaken: (() => void) | undefined;

  constructor(request: ConnectRequest, options: PostingConnectionOptions) {
    const { http, url, settings } = request;
    const { signal } = this.#lifetime;
    this.connectionId = request.connectionId;
    this.transport = options.transport;
    this.transferFormats = options.transferFormats;
    this.hasInherentKeepAlive = options.hasInherentKeepAlive;
    this.#leave = options.leave ?? (async () => {});
    this.#closeTimeoutMs = settings.closeTimeoutMs;
    this.#received = new ReceiveQueue(options.receiveBufferBytes, () => this.#onTaken?.());
    this.#outbox = new Outbox({
      ...settings,
      post: (body) => http.send({ method: 'POST', url, body, signal }),
      onDrain: () => this.#received.drain(),
      onFailure: (error) => this.#onPostFailed(error),
    });
  }

  get bufferedBytes(): number {
    return this.#state.name === 'closed' ? 0 : this.#outbox.bytes;
  }

  /** Aborted when the connection is over. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Resolves at once unless more than `bytes` wait for the receiver, and then when it took them all. */
  async room(bytes: number): Promise<void> {
    if (this.#received.bytes > bytes) await new Promise<void>((resolve) => (this.#onTaken = resolve));
  }

  start(receiver: ConnectionReceiver): void {
    this.#received.start(receiver);
  }

  send(frame: Frame): boolean {
    return this.#state.name !== 'open' || frame.length === 0 || this.#outbox.send(frame);
  }

  pause(): void {
    this.#received.pause();
  }

  resume(): void {
    this.#received.resume();
  }

  close(): void {
    if (this.#state.name === 'orphaned') this.#end({ kind: 'local' });
    if (this.#state.name !== 'open') return;
    const timer = setTimeout(() => this.#end({ kind: 'local' }), this.#closeTimeoutMs);
    this.#state = { name: 'closing', timer };
    void this.#outbox
      .flushed()
      .then(() => this.#state.name === 'closing' && this.#leave())
      .catch(() => {})
      .then(() => this.#end({ kind: 'local' }));
  }

  abort(error: TransportError): void {
    if (this.#state.name === 'closed') return;
    this.#end({ kind: 'failed', error });
    this.#leave().catch(() => {});
  }

  received(frame: Frame): void {
    if (frame.length === 0 || this.#state.name === 'closed') return;
    if (!this.#received.push(frame)) this.abort(new TransportError('TRANSPORT_RECEIVE_BUFFER_FULL'));
  }

  /** The server ended the connection in an orderly way. */
  ended(): void {
    if (this.#state.name === 'closing') this.#end({ kind: 'local' });
    else this.#endAfterFrames({ kind: 'remote' });
  }

  failed(error: TransportError): void {
    this.#endAfterFrames({ kind: 'failed', error });
  }

  /**
   * A server that has just ended the connection does not know it any more, and its last frames may still be on their
   * way: so the receiving half has the last word for a while.
   */
  #onPostFailed(error: TransportError): void {
    const isUnknown = error instanceof HttpStatusError && error.status === 404;
    if (!isUnknown) this.failed(error);
    else if (this.#state.name === 'closing') this.#end({ kind: 'local' });
    else if (this.#state.name === 'open') {
      this.#state = { name: 'orphaned', timer: setTimeout(() => this.failed(error), this.#closeTimeoutMs) };
    }
  }

  #end(reason: CloseReason): void {
    this.#settle(() => this.#received.cut(reason));
  }

  #endAfterFrames(reason: CloseReason): void {
    this.#settle(() => this.#received.end(reason));
  }

  #settle(tell: () => void): void {
    if (this.#state.name === 'closed') return;
    if (this.#state.name !== 'open') clearTimeout(this.#state.timer);
    this.#state = { name: 'closed' };
    this.#lifetime.abort();
    tell();
  }
}
