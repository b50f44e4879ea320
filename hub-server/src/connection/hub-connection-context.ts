import type { CloseMessage, CompletionMessage, HubMessage, Payload } from '@hubwire/hub-protocol';
import type { HubMessageEncoding } from '@hubwire/hub-protocol/json-rpc';
import { InboundStreams, KeepAlive, type KeepAliveOptions, type KeepAliveVerdict } from '@hubwire/hub-protocol/peer';
import type { CloseHint, Connection } from '@hubwire/transports';
import type { ConnectionRequest, ServerConnection } from '@hubwire/transports/server';
import { CallQueue, type CallRunner } from '../dispatch/call-queue.ts';
import { Cancellations } from '../dispatch/cancellations.ts';
import type { HubCall } from '../dispatch/hub-call.ts';
import type { HubCaller } from '../dispatch/hub-caller.ts';
import { HubException, HubServerError } from '../errors.ts';
import type { HubCallerContext } from '../hub-caller-context.ts';
import type { ClientResultOptions, PendingDelivery } from '../lifetime/hub-peer.ts';
import type { SerializedMessage } from '../lifetime/serialized-message.ts';
import { ClientResults } from './client-results.ts';
import { deliverByPolicy } from './deliver-by-policy.ts';
import type { HubConnectionEnvironment } from './hub-connection-environment.ts';
import { ReadingGate } from './reading-gate.ts';
import type { FullQueue, SendQueueOwner } from './send-queue-owner.ts';
import { SendQueue } from './send-queue.ts';
import { writeOrRefuse } from './write-or-refuse.ts';

/** What a context is made of. */
export interface HubConnectionParts {
  readonly connection: Connection | ServerConnection;
  readonly protocol: HubMessageEncoding;
  readonly userIdentifier: string | undefined;
  readonly environment: HubConnectionEnvironment;
  /** Ends the connection in an orderly way, with a close message. */
  readonly owner: { close(): void };
  /** Whether each message is a frame of its own. @default a frame holds all messages of a turn */
  readonly isMessageFrame?: boolean;
}

const never: KeepAliveOptions = { pingIntervalMs: Infinity, timeoutMs: Infinity };

/**
 * One connection after its handshake: what it is written to with, and everything that lives as long as it. Parts that a
 * quiet connection never needs are made when first used.
 */
export class HubConnectionContext implements HubCaller, HubCallerContext, CallRunner<HubCall>, SendQueueOwner {
  readonly userIdentifier: string | undefined;
  readonly calls: CallQueue<HubCall>;
  openStreams = 0;
  readonly #parts: HubConnectionParts;
  readonly #queue: SendQueue;
  readonly #keepAlive: KeepAlive;
  #cancellations: Cancellations | undefined;
  #gate: ReadingGate | undefined;
  #uploads: InboundStreams | undefined;
  #results: ClientResults | undefined;
  #items: Map<unknown, unknown> | undefined;
  #aborted: AbortController | undefined;

  constructor(parts: HubConnectionParts) {
    const { connection, protocol, environment } = parts;
    this.#parts = parts;
    this.userIdentifier = parts.userIdentifier;
    this.calls = new CallQueue(environment.options.maximumParallelInvocations, this);
    const framing = parts.isMessageFrame === true ? 'separate' : protocol.transferFormat;
    this.#queue = new SendQueue({ connection, owner: this, options: environment.options, framing });
    const keepAlive = connection.hasInherentKeepAlive ? never : environment.keepAlive;
    this.#keepAlive = new KeepAlive(keepAlive, environment.sweeper.now);
  }

  get connectionId(): string {
    return this.#parts.connection.connectionId;
  }

  protected get connection(): Connection {
    return this.#parts.connection;
  }

  get transport(): string {
    return this.#parts.connection.transport;
  }

  get request(): ConnectionRequest | undefined {
    return asServerConnection(this.#parts.connection)?.request;
  }

  get user(): unknown {
    return asServerConnection(this.#parts.connection)?.user;
  }

  get context(): this {
    return this;
  }

  get items(): Map<unknown, unknown> {
    this.#items ??= new Map();
    return this.#items;
  }

  get aborted(): AbortSignal {
    this.#aborted ??= new AbortController();
    return this.#aborted.signal;
  }

  get cancellations(): Cancellations {
    this.#cancellations ??= new Cancellations();
    return this.#cancellations;
  }

  get uploads(): InboundStreams {
    this.#uploads ??= new InboundStreams({
      capacity: this.#parts.environment.options.streamBufferItems,
      errorOf: (text) => new HubException(text),
      setReading: (reading) => this.setReading(reading, inboundStreams),
    });
    return this.#uploads;
  }

  abort(): void {
    this.#parts.owner.close();
  }

  needsSlot(call: HubCall): boolean {
    return this.#parts.environment.dispatcher.needsSlot(call);
  }

  startCall(call: HubCall): void {
    this.#parts.environment.dispatcher.start(this, call);
  }

  setReading(reading: boolean, holder: object): void {
    if (this.#gate === undefined) {
      if (reading) return;
      this.#gate = new ReadingGate(this.#parts.connection);
    }
    this.#gate.setReading(reading, holder);
  }

  write(message: HubMessage): void {
    this.writePayload(this.#parts.protocol.writeMessage(message), message);
  }

  deliver(message: SerializedMessage): PendingDelivery | undefined {
    const encoding = this.encodingOf(message.target);
    if (encoding === undefined) return undefined;
    const payload = message.payloadFor(encoding);
    const { environment, connection } = this.#parts;
    if (this.#queue.passAtOnce(payload, true)) {
      environment.diagnostics.messageSent();
      return undefined;
    }
    return deliverByPolicy(this.#queue, payload, { message, environment, connectionId: connection.connectionId });
  }

  /** Sends what is queued, then the last message, and closes. */
  close(message: CloseMessage): void {
    this.write(message);
    this.closeConnection();
  }

  /** How a call of the client method leaves; `undefined` when the client does not want it. */
  protected encodingOf(_target: string): HubMessageEncoding | undefined {
    return this.#parts.protocol;
  }

  /** Throws `HUB_MESSAGE_TOO_LARGE` where the client can be told of that in place of `message`; otherwise lets it go. */
  protected writePayload(payload: Payload, message?: HubMessage): void {
    this.#parts.environment.diagnostics.messageSent();
    writeOrRefuse(this.#queue, payload, message);
  }

  protected closeConnection(hint?: CloseHint): void {
    this.#queue.finish();
    this.connection.close(hint);
  }

  /** Bytes that wait for the client to read. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  frameSent(): void {
    this.#keepAlive.sent(this.#parts.environment.sweeper.now);
  }

  slowConsumer(queue: FullQueue): void {
    const { logger, diagnostics } = this.#parts.environment;
    logger.log('warning', 'slowConsumer', { connectionId: this.connectionId, ...queue });
    diagnostics.slowConsumer(this.connectionId, queue);
  }

  whenWritable(): Promise<void> | undefined {
    return this.#queue.whenWritable();
  }

  /** The connection's buffer is empty again. */
  drained(): void {
    this.#queue.drained();
  }

  invokeClient(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown> {
    const { options: all, diagnostics } = this.#parts.environment;
    this.#results ??= new ClientResults(
      all.maximumPendingResults,
      (message) => this.write(message),
      () => diagnostics.limitReached('maximumPendingResults', this.connectionId),
    );
    return this.#results.invoke(target, args, options);
  }

  /** A completion came: of a call that this end made, or of a stream that the client uploads. */
  completed(message: CompletionMessage): void {
    if (this.#results?.complete(message) !== true) this.#uploads?.complete(message);
  }

  /** Something came from the client. */
  received(): void {
    this.#keepAlive.received(this.#parts.environment.sweeper.now);
  }

  checkKeepAlive(now: number): KeepAliveVerdict {
    // The sweep is what looks after those whose transport never says that it has room again.
    this.#queue.retryWaiting();
    // What is not read cannot be heard.
    if (this.#gate?.isHeld === true) this.#keepAlive.received(now);
    return this.#keepAlive.check(now);
  }

  /** The connection has ended: everything that waits for it ends too. */
  ended(error: Error | undefined): void {
    this.calls.close();
    this.#queue.end();
    const dependents = this.#aborted ?? this.#cancellations ?? this.#results ?? this.#uploads;
    // An error costs a stack trace: most connections have nobody to tell.
    if (dependents === undefined) return;
    const reason = new HubServerError('HUB_CONNECTION_CLOSED', undefined, error && { cause: error });
    this.#aborted?.abort(reason);
    this.#cancellations?.cancelAll(reason);
    this.#results?.failAll(reason);
    this.#uploads?.failAll(reason);
  }
}

const inboundStreams = {};

function asServerConnection(connection: Connection | ServerConnection): ServerConnection | undefined {
  return 'request' in connection ? connection : undefined;
}
