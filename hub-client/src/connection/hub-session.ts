import { TransportError, type CloseReason, type Connection, type ConnectionReceiver } from '@hubwire/transports';
import type { Frame, Logger } from '@hubwire/transports';
import { MessageType, PayloadReader, type HubMessage, type HubProtocol } from '@hubwire/hub-protocol';
import type { CloseMessage, InvocationMessage, Payload } from '@hubwire/hub-protocol';
import { KeepAlive, MessageWriter, PendingInvocations, type KeepAliveOptions } from '@hubwire/hub-protocol/peer';
import type { Clock } from './clock.ts';
import { deferred, type Deferred } from './deferred.ts';
import { HubClientError, toError } from '../errors.ts';

/** What the sessions of one hub connection have in common. */
export interface HubSessionOptions {
  readonly protocol: HubProtocol;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Read anew at every look at the clock. */
  readonly keepAlive: KeepAliveOptions;
  readonly maximumMessageBytes: number;
  readonly maximumPendingCalls: number;
  readonly maximumBufferedBytes: number;
  readonly closeTimeoutMs: number;
}

/** How a session ended. */
export interface SessionEnd {
  /** `undefined` for an orderly end. */
  readonly error: Error | undefined;
  /** `false` when one of the two ends wanted the end. */
  readonly mayReconnect: boolean;
}

export interface HubSessionOwner {
  /** The server calls a method of this client. MUST NOT throw. */
  onInvocation(message: InvocationMessage, session: HubSession): void;
  /** The end; called once, after every pending call was rejected. MUST NOT throw. */
  onEnd(end: SessionEnd, session: HubSession): void;
}

type State =
  | { readonly name: 'open' }
  /** `stop()` was called; the connection is sending what is left. */
  | { readonly name: 'closing' }
  | { readonly name: 'ended'; readonly error: Error };

/** One connection from the end of its handshake to its own end: messages in and out, and signs of life. */
export class HubSession implements ConnectionReceiver {
  readonly pending: PendingInvocations;
  readonly logger: Logger;
  readonly #clock: Clock;
  readonly #options: HubSessionOptions;
  readonly #connection: Connection;
  readonly #owner: HubSessionOwner;
  readonly #reader: PayloadReader;
  readonly #writer: MessageWriter;
  readonly #keepAlive: KeepAlive;
  readonly #closed = new AbortController();
  #state: State = { name: 'open' };
  #unsentBytes = 0;
  #drained: Deferred<void> | undefined;
  #isPaused = false;
  #cancelTimer = (): void => {};

  constructor(connection: Connection, owner: HubSessionOwner, options: HubSessionOptions) {
    this.#connection = connection;
    this.#owner = owner;
    this.#options = options;
    this.#clock = options.clock;
    this.logger = options.logger;
    this.pending = new PendingInvocations({ maximum: options.maximumPendingCalls });
    this.#reader = new PayloadReader(options.protocol.transferFormat, options.maximumMessageBytes);
    this.#writer = new MessageWriter({ send: (frame) => this.#send(frame) }, options.protocol.transferFormat);
    this.#keepAlive = new KeepAlive(options.keepAlive, options.clock.now());
    this.watchTheClock();
    // As @microsoft/signalr does: what is sent after the handshake shows the server that its answer came.
    this.#ping();
  }

  get connectionId(): string {
    return this.#connection.connectionId;
  }

  get transport(): string {
    return this.#connection.transport;
  }

  /** Aborts when the session ends. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Whether messages can be written. */
  get isOpen(): boolean {
    return this.#state.name === 'open';
  }

  /** Throws when a new call has to be refused. */
  checkRoom(): void {
    if (this.#unsentBytes + this.#connection.bufferedBytes <= this.#options.maximumBufferedBytes) return;
    throw new HubClientError('HUB_CLIENT_SEND_QUEUE_FULL', `At most ${this.#options.maximumBufferedBytes} bytes may.`);
  }

  /** Queues a message; throws when it cannot be encoded, and after the end. */
  write(message: HubMessage): void {
    if (this.#state.name === 'ended') throw this.#state.error;
    if (this.#state.name === 'closing') throw new HubClientError('HUB_CLIENT_NOT_CONNECTED');
    const payload = this.#options.protocol.writeMessage(message);
    this.#unsentBytes += payload.length;
    this.#writer.write(payload);
  }

  /** Resolves when the transport takes more; `undefined` when it does so now. */
  room(): Promise<void> | undefined {
    return this.#drained?.promise;
  }

  /** Holds the server back; its silence means nothing then. */
  pause(): void {
    this.#isPaused = true;
    this.#connection.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#keepAlive.received(this.#clock.now());
    this.#connection.resume();
  }

  /** Says goodbye and closes; `onEnd` follows in bounded time. */
  close(): void {
    if (this.#state.name !== 'open') return;
    this.#writer.write(this.#options.protocol.writeMessage({ type: MessageType.Close }));
    this.#writer.flush();
    this.#state = { name: 'closing' };
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.schedule(() => this.#connection.abort(aborted()), this.#options.closeTimeoutMs);
    this.pending.failAll(new HubClientError('HUB_CLIENT_CONNECTION_LOST'));
    this.#connection.close();
  }

  /** Pings or gives up when it is time to; called again when the times to keep change. */
  watchTheClock(): void {
    this.#cancelTimer();
    if (this.#state.name !== 'open' || this.#connection.hasInherentKeepAlive) return;
    const now = this.#clock.now();
    if (this.#isPaused) this.#keepAlive.received(now);
    const verdict = this.#keepAlive.check(now);
    if (verdict === 'timeout') {
      this.#connection.abort(aborted());
      this.#end({ error: new HubClientError('HUB_CLIENT_SERVER_TIMEOUT'), mayReconnect: true });
      return;
    }
    if (verdict === 'ping') this.#ping();
    this.#cancelTimer = this.#clock.schedule(() => this.watchTheClock(), this.#keepAlive.quietForMs(now));
  }

  onFrame(frame: Frame): void {
    if (this.#state.name !== 'open') return;
    const now = this.#clock.now();
    this.#keepAlive.received(now);
    try {
      this.#reader.read(frame, this.#receive);
    } catch (error) {
      this.#connection.close();
      this.#end({ error: toError(error), mayReconnect: true });
      return;
    }
    // Browsers slow the timers of hidden pages down; what arrives wakes them up in time.
    if (this.#keepAlive.check(now) === 'ping') this.#ping();
  }

  onDrain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  onClose(reason: CloseReason): void {
    const mayReconnect = this.#state.name === 'open';
    this.#end({ error: reason.kind === 'failed' && mayReconnect ? reason.error : undefined, mayReconnect });
  }

  readonly #receive = (payload: Payload): void => {
    if (this.#state.name !== 'open') return;
    const message = this.#options.protocol.parseMessage(payload);
    switch (message?.type) {
      case MessageType.Invocation:
        this.#owner.onInvocation(message, this);
        break;
      case MessageType.StreamItem:
        this.pending.item(message);
        break;
      case MessageType.Completion:
        this.pending.complete(message);
        break;
      case MessageType.Close:
        this.#closedByServer(message);
        break;
      // Pings have done their work by arriving, and what is not known is left to newer versions.
      case MessageType.Ping:
      case MessageType.StreamInvocation:
      case MessageType.CancelInvocation:
      case MessageType.Ack:
      case MessageType.Sequence:
      case undefined:
        break;
    }
  };

  #closedByServer({ error, allowReconnect }: CloseMessage): void {
    this.logger.log('information', 'closed by server', { allowReconnect: allowReconnect === true });
    this.#connection.close();
    this.#end({
      error: error === undefined ? undefined : new HubClientError('HUB_CLIENT_CLOSED_BY_SERVER', error),
      mayReconnect: allowReconnect === true,
    });
  }

  #ping(): void {
    if (this.#state.name !== 'open' || this.#connection.hasInherentKeepAlive) return;
    this.#writer.write(this.#options.protocol.writeMessage({ type: MessageType.Ping }));
    this.#writer.flush();
  }

  #send(frame: Frame): boolean {
    this.#unsentBytes = 0;
    this.#keepAlive.sent(this.#clock.now());
    const hasRoom = this.#connection.send(frame);
    if (!hasRoom) this.#drained ??= deferred();
    return hasRoom;
  }

  #end(end: SessionEnd): void {
    if (this.#state.name === 'ended') return;
    const error = end.error ?? new HubClientError('HUB_CLIENT_CONNECTION_LOST');
    this.#state = { name: 'ended', error };
    this.#cancelTimer();
    this.#closed.abort(error);
    this.pending.failAll(error);
    this.onDrain();
    this.#owner.onEnd(end, this);
  }
}

function aborted(): TransportError {
  return new TransportError('TRANSPORT_ABORTED');
}
