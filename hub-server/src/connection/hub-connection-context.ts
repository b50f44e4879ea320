import type { CloseMessage, CompletionMessage, HubMessage } from '@hubwire/hub-protocol';
import type { HubMessageEncoding } from '@hubwire/hub-protocol/json-rpc';
import {
  InboundStreams,
  KeepAlive,
  MessageWriter,
  type KeepAliveOptions,
  type KeepAliveVerdict,
} from '@hubwire/hub-protocol/peer';
import { TransportError, type Connection, type Frame } from '@hubwire/transports';
import type { ConnectionRequest, ServerConnection } from '@hubwire/transports/server';
import { CallQueue, type CallRunner } from '../dispatch/call-queue.ts';
import { Cancellations } from '../dispatch/cancellations.ts';
import type { HubCall } from '../dispatch/hub-call.ts';
import type { HubCaller } from '../dispatch/hub-caller.ts';
import { HubException, HubServerError } from '../errors.ts';
import type { HubCallerContext } from '../hub-caller-context.ts';
import type { ClientResultOptions } from '../lifetime/hub-peer.ts';
import type { SerializedMessage } from '../lifetime/serialized-message.ts';
import { ClientResults } from './client-results.ts';
import type { HubConnectionEnvironment } from './hub-connection-environment.ts';
import { ReadingGate } from './reading-gate.ts';

/** What a context is made of. */
export interface HubConnectionParts {
  readonly connection: Connection | ServerConnection;
  readonly protocol: HubMessageEncoding;
  readonly userIdentifier: string | undefined;
  readonly environment: HubConnectionEnvironment;
  /** Ends the connection in an orderly way, with a close message. */
  readonly owner: { close(): void };
}

const never: KeepAliveOptions = { pingIntervalMs: Infinity, timeoutMs: Infinity };

/**
 * One connection after its handshake: what it is written to with, and everything that lives as long as it. Parts that a
 * quiet connection never needs are made when first used.
 */
export class HubConnectionContext implements HubCaller, HubCallerContext, CallRunner<HubCall> {
  readonly userIdentifier: string | undefined;
  readonly calls: CallQueue<HubCall>;
  openStreams = 0;
  readonly #parts: HubConnectionParts;
  readonly #writer: MessageWriter;
  readonly #keepAlive: KeepAlive;
  #cancellations: Cancellations | undefined;
  #gate: ReadingGate | undefined;
  #uploads: InboundStreams | undefined;
  #results: ClientResults | undefined;
  #items: Map<unknown, unknown> | undefined;
  #aborted: AbortController | undefined;
  #drain: Drain | undefined;

  constructor(parts: HubConnectionParts) {
    const { connection, protocol, environment } = parts;
    this.#parts = parts;
    this.userIdentifier = parts.userIdentifier;
    this.calls = new CallQueue(environment.options.maximumParallelInvocations, this);
    this.#writer = new MessageWriter(this, protocol.transferFormat);
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
      setReading: (reading) => {
        if (!reading) this.#parts.environment.diagnostics.limitReached('streamBufferItems', this.connectionId);
        this.setReading(reading, inboundStreams);
      },
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
    this.#writer.write(this.#parts.protocol.writeMessage(message));
    this.#parts.environment.diagnostics.messageSent();
  }

  deliver(message: SerializedMessage): void {
    this.#writer.write(message.payloadFor(this.#parts.protocol));
    this.#parts.environment.diagnostics.messageSent();
  }

  /** Sends what is queued, then the last message, and closes. */
  close(message: CloseMessage): void {
    this.write(message);
    this.#writer.flush();
    this.connection.close();
  }

  /** Takes the frames that the writer made. A client that reads too slowly for its queue is let go. */
  send(frame: Frame): boolean {
    const { connection, environment } = this.#parts;
    this.#keepAlive.sent(environment.sweeper.now);
    const hasRoom = connection.send(frame);
    if (!hasRoom) this.#drain ??= newDrain();
    if (connection.bufferedBytes > environment.options.sendQueueBytes) {
      const cause = new HubServerError('HUB_SLOW_CONSUMER');
      environment.logger.log('warning', 'slowConsumer', { connectionId: connection.connectionId });
      environment.diagnostics.slowConsumer(connection.connectionId, connection.bufferedBytes);
      connection.abort(new TransportError('TRANSPORT_ABORTED', undefined, { cause }));
    }
    return hasRoom;
  }

  whenWritable(): Promise<void> | undefined {
    return this.#drain?.promise;
  }

  /** The connection's buffer is empty again. */
  drained(): void {
    this.#drain?.resolve();
    this.#drain = undefined;
  }

  invokeClient(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown> {
    const { maximumPendingResults } = this.#parts.environment.options;
    this.#results ??= new ClientResults(maximumPendingResults, (message) => this.write(message));
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
    // What is not read cannot be heard.
    if (this.#gate?.isHeld === true) this.#keepAlive.received(now);
    return this.#keepAlive.check(now);
  }

  /** The connection has ended: everything that waits for it ends too. */
  ended(error: Error | undefined): void {
    const reason = new HubServerError('HUB_CONNECTION_CLOSED', undefined, error && { cause: error });
    this.calls.close();
    this.#aborted?.abort(reason);
    this.#cancellations?.cancelAll(reason);
    this.#results?.failAll(reason);
    this.#uploads?.failAll(reason);
    this.drained();
  }
}

const inboundStreams = {};

interface Drain {
  readonly promise: Promise<void>;
  resolve(): void;
}

function newDrain(): Drain {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

function asServerConnection(connection: Connection | ServerConnection): ServerConnection | undefined {
  return 'request' in connection ? connection : undefined;
}
