import {
  throwIfAborted,
  TransportError,
  type CloseReason,
  type Connection,
  type ConnectionReceiver,
} from '@hubwire/transports';
import type { Frame, Logger } from '@hubwire/transports';
import { HubProtocolError, MessageType } from '@hubwire/hub-protocol';
import type { CloseMessage, CompletionMessage, HubMessage, InvocationMessage, Payload } from '@hubwire/hub-protocol';
import { toError } from '@hubwire/hub-protocol/peer';
import { deferred, type Deferred } from './deferred.ts';
import { AbortError, HubClientError, HubInvocationError } from '../errors.ts';
import { FrameReader, joinPayloads, recordSeparator } from './framing.ts';
import type { HubSessionOptions, PendingCall, SessionEnd } from './session-contract.ts';

/** Nothing here may throw. */
export interface HubSessionOwner {
  /** The handshake is over; messages follow. */
  onOpen(session: HubSession): void;
  /** The server calls a method of this client. */
  onInvocation(message: InvocationMessage, session: HubSession): void;
  /** The end of a session that was open; called once, after every pending call was rejected. */
  onEnd(end: SessionEnd, session: HubSession): void;
}

/** `closing`: `stop()` was called; the connection is sending what is left. */
type State = 'handshaking' | 'open' | 'closing' | 'ended';

/** The only hub protocol version without stateful reconnect. HubProtocol.md, "HandshakeRequest". */
const version = 1;

/** One connection from its start to its end: the handshake, messages in and out, and signs of life. */
export class HubSession implements ConnectionReceiver {
  readonly #options: HubSessionOptions;
  readonly connection: Connection;
  readonly #owner: HubSessionOwner;
  readonly #reader: FrameReader;
  readonly #opened = deferred<void>();
  readonly #closed = new AbortController();
  readonly #calls = new Map<string, PendingCall>();
  #state: State = 'handshaking';
  #lastId = 0;
  #unsent: Payload[] = [];
  #unsentBytes = 0;
  #sentAt = 0;
  /** `Infinity` while the server is held back: its silence means nothing then. */
  #receivedAt = 0;
  #drained: Deferred<void> | undefined;
  #cancelTimer = (): void => {};

  constructor(connection: Connection, owner: HubSessionOwner, options: HubSessionOptions) {
    this.connection = connection;
    this.#owner = owner;
    this.#options = options;
    this.#reader = new FrameReader(options.maximumMessageBytes);
    const { name, transferFormat } = options.protocol;
    const request = JSON.stringify({ protocol: name, version }) + recordSeparator;
    connection.start(this);
    connection.send(transferFormat === 'Text' ? request : new TextEncoder().encode(request));
  }

  /** Settles when the handshake is over: rejects when the server refuses or answers nonsense, or when the end comes. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get logger(): Logger {
    return this.#options.logger;
  }

  /** Aborts when the session ends. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Whether messages can be written. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Throws when a new call has to be refused. */
  checkRoom(): void {
    const { maximumBufferedBytes } = this.#options;
    if (this.#unsentBytes + this.connection.bufferedBytes <= maximumBufferedBytes) return;
    throw new HubClientError('HUB_CLIENT_SEND_QUEUE_FULL');
  }

  /** An id that no call of this end has: uploaded streams take theirs from here too. */
  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  /** Remembers a call and returns its id; throws when too many wait. */
  addCall(call: PendingCall): string {
    if (this.#calls.size >= this.#options.maximumPendingCalls) {
      throw new HubProtocolError('PROTOCOL_TOO_MANY_INVOCATIONS');
    }
    const id = this.nextId();
    this.#calls.set(id, call);
    return id;
  }

  /** Forgets a call: a late answer is then ignored. */
  removeCall(id: string): void {
    this.#calls.delete(id);
  }

  /** Queues a message for the end of this turn; throws when it cannot be encoded, and after the end. */
  write(message: HubMessage): void {
    throwIfAborted(this.closed);
    if (!this.isOpen) throw new HubClientError('HUB_CLIENT_NOT_CONNECTED');
    const payload = this.#options.protocol.writeMessage(message);
    this.#unsentBytes += payload.length;
    if (this.#unsent.push(payload) === 1) queueMicrotask(() => this.#flush());
  }

  /** Resolves when the transport takes more; `undefined` when it does so now. */
  room(): Promise<void> | undefined {
    return this.#drained?.promise;
  }

  /** Holds the server back. */
  pause(): void {
    this.#receivedAt = Infinity;
    this.connection.pause();
  }

  resume(): void {
    this.#receivedAt = this.#options.clock.now();
    this.connection.resume();
    this.watchTheClock();
  }

  /** Says goodbye and closes, in bounded time; gives a handshake up at once. */
  close(): void {
    if (this.isOpen) {
      this.write({ type: MessageType.Close });
      this.#flush();
      this.#state = 'closing';
      this.#cancelTimer();
      const { clock, closeTimeoutMs } = this.#options;
      this.#cancelTimer = clock.schedule(() => this.#abort(), closeTimeoutMs);
      this.#failCalls(new HubClientError('HUB_CLIENT_CONNECTION_LOST'));
    } else if (this.#state === 'handshaking') this.#end({ error: undefined, mayReconnect: false });
    this.connection.close();
  }

  /** Pings or gives up when it is time to; called again when the times to keep change. */
  watchTheClock(): void {
    this.#cancelTimer();
    if (!this.isOpen || this.connection.hasInherentKeepAlive) return;
    const { clock, keepAliveIntervalMs, serverTimeoutMs } = this.#options;
    const now = clock.now();
    if (now - this.#receivedAt >= serverTimeoutMs) {
      this.#abort();
      this.#end({ error: new HubClientError('HUB_CLIENT_SERVER_TIMEOUT'), mayReconnect: true });
      return;
    }
    this.#pingIfDue();
    const next = Math.min(this.#receivedAt + serverTimeoutMs, this.#sentAt + keepAliveIntervalMs);
    this.#cancelTimer = clock.schedule(() => this.watchTheClock(), Math.max(1, next - now));
  }

  onFrame(frame: Frame): void {
    if (this.#state === 'ended') return;
    this.#receivedAt = this.#options.clock.now();
    try {
      this.#reader.read(frame, (payload) => this.#receive(payload));
    } catch (error) {
      this.connection.close();
      this.#end({ error: toError(error), mayReconnect: true });
    }
    // Browsers slow the timers of hidden pages down; what arrives wakes them up in time.
    this.#pingIfDue();
  }

  onDrain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  onClose(reason: CloseReason): void {
    const mayReconnect = this.#state !== 'closing';
    this.#end({ error: reason.kind === 'failed' && mayReconnect ? reason.error : undefined, mayReconnect });
  }

  #receive(payload: Payload): void {
    if (this.#state === 'handshaking') this.#open(payload as string);
    else if (this.isOpen) this.#take(this.#options.protocol.parseMessage(payload));
  }

  /** Reads the answer to the handshake. */
  #open(record: string): void {
    let error: string | undefined;
    try {
      const answer = JSON.parse(record) as { readonly error?: string; readonly type?: unknown };
      if (answer.type !== undefined) throw new Error('A message came first.');
      error = answer.error;
    } catch (cause) {
      throw new HubClientError('HUB_CLIENT_INVALID_HANDSHAKE', String(cause), { cause });
    }
    if (error) throw new HubClientError('HUB_CLIENT_HANDSHAKE_REFUSED', error);
    this.#reader.isBinary = this.#options.protocol.transferFormat === 'Binary';
    this.#state = 'open';
    // As @microsoft/signalr does: what is sent after the handshake shows the server that its answer came.
    this.#ping();
    this.watchTheClock();
    this.#opened.resolve();
    this.#owner.onOpen(this);
  }

  #take(message: HubMessage | undefined): void {
    // Pings have done their work by arriving, and what is not known is left to newer versions.
    if (message?.type === MessageType.Invocation) this.#owner.onInvocation(message, this);
    else if (message?.type === MessageType.StreamItem) this.#calls.get(message.invocationId)?.item(message.item);
    else if (message?.type === MessageType.Completion) this.#complete(message);
    else if (message?.type === MessageType.Close) this.#closedByServer(message);
  }

  #complete({ invocationId, outcome }: CompletionMessage): void {
    const call = this.#calls.get(invocationId);
    this.removeCall(invocationId);
    if (outcome.kind === 'error') call?.end(new HubInvocationError(outcome.error));
    else call?.end(undefined, outcome.kind === 'result' ? outcome.result : undefined);
  }

  #closedByServer({ error, allowReconnect = false }: CloseMessage): void {
    this.connection.close();
    this.#end({
      error: error === undefined ? undefined : new HubClientError('HUB_CLIENT_CLOSED_BY_SERVER', error),
      mayReconnect: allowReconnect,
    });
  }

  #pingIfDue(): void {
    const { clock, keepAliveIntervalMs } = this.#options;
    if (this.isOpen && clock.now() - this.#sentAt >= keepAliveIntervalMs) this.#ping();
  }

  #ping(): void {
    if (this.connection.hasInherentKeepAlive) return;
    this.write({ type: MessageType.Ping });
    this.#flush();
  }

  #flush(): void {
    if (this.#unsent.length === 0) return;
    const frame = joinPayloads(this.#unsent);
    this.#unsent = [];
    this.#unsentBytes = 0;
    this.#sentAt = this.#options.clock.now();
    if (!this.connection.send(frame)) this.#drained ??= deferred();
  }

  #abort(): void {
    this.connection.abort(new TransportError('TRANSPORT_ABORTED'));
  }

  #failCalls(error: Error): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.end(error);
  }

  #end(end: SessionEnd): void {
    if (this.#state === 'ended') return;
    const wasOpened = this.#state !== 'handshaking';
    this.#state = 'ended';
    this.#cancelTimer();
    if (!wasOpened) {
      this.#opened.reject(
        end.error ?? new AbortError('The underlying connection was closed before the hub handshake could complete.'),
      );
      return;
    }
    const error = end.error ?? new HubClientError('HUB_CLIENT_CONNECTION_LOST');
    this.#closed.abort(error);
    this.#failCalls(error);
    this.onDrain();
    this.#owner.onEnd(end, this);
  }
}
