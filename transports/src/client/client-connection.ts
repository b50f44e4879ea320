import { abortReason } from '../abort.ts';
import type { CloseReason, Connection, ConnectionReceiver, Frame, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { frameSize } from '../receive-queue.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';

export interface ClientConnectionOptions {
  /** @default false */
  readonly hasInherentKeepAlive?: boolean;
  /** How much may wait for a paused receiver before the connection is given up. @default that of the settings */
  readonly receiveBufferBytes?: number;
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
  /** Size of the frames that wait for the receiver. */
  protected waitingBytes = 0;
  readonly #closeTimeoutMs: number;
  readonly #receiveBufferBytes: number;
  /** From the start to the end. */
  #receiver: ConnectionReceiver | undefined;
  #isPaused = false;
  #frames: Frame[] = [];
  #isDrainDue = false;
  #end: CloseReason | undefined;
  #state: State = { name: 'open' };

  constructor(transport: ClientTransport, request: ConnectRequest, options: ClientConnectionOptions = {}) {
    const { closeTimeoutMs, receiveBufferBytes } = request.settings;
    this.connectionId = request.connectionId;
    this.transport = transport.name;
    this.transferFormats = transport.transferFormats;
    this.hasInherentKeepAlive = options.hasInherentKeepAlive ?? false;
    this.#closeTimeoutMs = closeTimeoutMs;
    this.#receiveBufferBytes = options.receiveBufferBytes ?? receiveBufferBytes;
  }

  abstract get bufferedBytes(): number;
  abstract send(frame: Frame): boolean;
  /** Sends what is queued and tells the other end; `ended` follows. */
  protected abstract finish(): void;
  /** Lets go of everything; called once, at the end. */
  protected abstract release(): void;
  /** The receiver took the last frame that waited. */
  protected taken(): void {}

  get isOpen(): boolean {
    return this.#state.name === 'open';
  }

  start(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
    this.#deliverSoon();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#deliverSoon();
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
    const mustWait = this.#isPaused || this.#receiver === undefined;
    if (mustWait && this.waitingBytes >= this.#receiveBufferBytes) {
      this.abort(new TransportError('TRANSPORT_RECEIVE_BUFFER_FULL'));
      return;
    }
    this.#frames.push(frame);
    this.waitingBytes += frameSize(frame);
    this.#deliverSoon();
  }

  /** Resolves when `settle` does; ends with `signal`, and rejects with its reason, when that is first. */
  async opened(
    signal: AbortSignal,
    settle: (resolve: () => void, reject: (error: unknown) => void) => void,
  ): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        // The signal is this attempt's own, so that the listener ends with it.
        signal.addEventListener('abort', () => reject(abortReason(signal)));
        settle(resolve, reject);
      });
    } catch (error) {
      this.cut({ kind: 'local' });
      throw error;
    }
  }

  /** Nothing more comes; after a `close()` of this end that is the end it wanted. */
  ended(reason: CloseReason = { kind: 'remote' }): void {
    if (this.#isClosing) this.cut({ kind: 'local' });
    else this.#settle(reason);
  }

  failed(error: TransportError): void {
    this.ended({ kind: 'failed', error });
  }

  /** Everything was sent after `send` had returned `false`. */
  protected drained(): void {
    this.#isDrainDue = true;
    this.#deliverSoon();
  }

  /** Leaves the last word to the other end, for a while. */
  protected endSoon(reason: CloseReason): void {
    this.#state = { name: 'ending', reason, timer: setTimeout(() => this.cut(reason), this.#closeTimeoutMs) };
  }

  /** Ends at once, dropping what waits and an end that was not told yet. */
  protected cut(reason: CloseReason): void {
    this.waitingBytes = 0;
    if (this.#frames.splice(0).length > 0) this.taken();
    this.#end &&= reason;
    this.#settle(reason);
  }

  get #isClosing(): boolean {
    return this.#state.name === 'ending' && this.#state.reason.kind === 'local';
  }

  #settle(reason: CloseReason): void {
    if (this.#state.name === 'closed') return;
    if (this.#state.name === 'ending') clearTimeout(this.#state.timer);
    this.#state = { name: 'closed' };
    this.#end = reason;
    this.release();
    this.#deliverSoon();
  }

  /** No callback runs inside a call of the owner. */
  #deliverSoon(): void {
    queueMicrotask(() => this.#deliver());
  }

  /** Every callback may pause, close or abort, so everything is looked at again after each. */
  #deliver(): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    while (!this.#isPaused && this.#frames.length > 0) {
      const frame = this.#frames.shift()!;
      this.waitingBytes -= frameSize(frame);
      if (this.#frames.length === 0) this.taken();
      receiver.onFrame(frame);
    }
    if (this.#isDrainDue && this.#end === undefined) {
      this.#isDrainDue = false;
      receiver.onDrain();
    }
    if (this.#end === undefined || this.#frames.length > 0) return;
    this.#receiver = undefined;
    receiver.onClose(this.#end);
  }
}
