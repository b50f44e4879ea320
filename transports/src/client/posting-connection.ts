import type { Frame } from '../connection.ts';
import type { TransportError } from '../errors.ts';
import { ClientConnection } from './client-connection.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import { HttpStatusError } from './http-client.ts';
import { Outbox } from './outbox.ts';

export interface PostingConnectionOptions {
  /** @default false */
  readonly hasInherentKeepAlive?: boolean;
  /** @default that of the settings */
  readonly receiveBufferBytes?: number;
  /** Sends one body; the next waits until it is done. @default POST to the URL of the request */
  readonly post?: (body: string | Uint8Array<ArrayBuffer>) => Promise<unknown>;
  /** Tells a server that cannot see the end by itself. */
  readonly leave?: () => Promise<unknown>;
}

/**
 * A connection that sends one body at a time, as Server-Sent Events and long polling do; what receives calls `received`,
 * `ended` and `failed`.
 */
export class PostingConnection extends ClientConnection {
  readonly #leave: () => Promise<unknown>;
  readonly #outbox: Outbox;
  readonly #lifetime = new AbortController();
  #onTaken = (): void => {};

  constructor(transport: ClientTransport, request: ConnectRequest, options: PostingConnectionOptions = {}) {
    super(transport, request, options);
    const { http, url, settings } = request;
    const { leave = async () => {}, post = (body) => http.send({ method: 'POST', url, body, signal: this.signal }) } =
      options;
    this.#leave = () => leave().catch(() => {});
    this.#outbox = new Outbox({
      ...settings,
      post,
      onDrain: () => this.drained(),
      onFailure: (error) => this.#onPostFailed(error),
    });
  }

  get bufferedBytes(): number {
    return this.signal.aborted ? 0 : this.#outbox.bytes;
  }

  /** Aborted when the connection is over. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Resolves at once unless more than `bytes` wait for the receiver, and then when it took them all. */
  async room(bytes: number): Promise<void> {
    if (this.waitingBytes > bytes) await new Promise<void>((resolve) => (this.#onTaken = resolve));
  }

  send(frame: Frame): boolean {
    return !this.isOpen || frame.length === 0 || this.#outbox.send(frame);
  }

  override abort(error: TransportError): void {
    if (this.signal.aborted) return;
    super.abort(error);
    void this.#leave();
  }

  protected async finish(): Promise<void> {
    await this.#outbox.flushed();
    if (!this.signal.aborted) await this.#leave();
    this.ended();
  }

  protected override taken(): void {
    this.#onTaken();
  }

  protected release(): void {
    this.#lifetime.abort();
  }

  /**
   * A server that has just ended the connection does not know it any more, and its last frames may still be on their
   * way: so the receiving half has the last word for a while.
   */
  #onPostFailed(error: TransportError): void {
    const isUnknown = error instanceof HttpStatusError && error.status === 404;
    if (isUnknown && this.isOpen) this.endSoon({ kind: 'failed', error });
    else this.failed(error);
  }
}
