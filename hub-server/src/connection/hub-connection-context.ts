import type { CompletionMessage, HubMessage, HubProtocol, Payload } from '@hubwire/hub-protocol';
import { InboundStreams, KeepAlive, MessageWriter, type KeepAliveVerdict } from '@hubwire/hub-protocol/peer';
import { TransportError, type Connection, type Frame } from '@hubwire/transports';
import type { ConnectionRequest, ServerConnection } from '@hubwire/transports/server';
import { CallQueue } from '../dispatch/call-queue.ts';
import type { HubCall } from '../dispatch/hub-call.ts';
import type { HubCaller } from '../dispatch/hub-caller.ts';
import { HubException, HubServerError } from '../errors.ts';
import type { HubCallerContext } from '../hub-caller-context.ts';
import type { ClientResultOptions } from '../lifetime/hub-peer.ts';
import type { ResolvedHubConnectionOptions } from '../options.ts';
import { ClientResults } from './client-results.ts';
import { ReadingGate } from './reading-gate.ts';

/** What a context is made of. */
export interface HubConnectionParts {
  readonly connection: Connection | ServerConnection;
  readonly protocol: HubProtocol;
  readonly userIdentifier: string | undefined;
  readonly options: ResolvedHubConnectionOptions;
  /** The coarse clock of all connections. */
  readonly clock: { readonly now: number };
  startCall(caller: HubCaller, call: HubCall): void;
  /** Ends the connection in an orderly way, with a close message. */
  close(): void;
}

/**
 * One connection after its handshake: what it is written to with, and everything that lives as long as it. Parts that a
 * quiet connection never needs are made when first used.
 */
export class HubConnectionContext implements HubCaller, HubCallerContext {
  readonly protocol: HubProtocol;
  readonly userIdentifier: string | undefined;
  readonly cancellations = new Map<string | HubCall, AbortController>();
  readonly calls: CallQueue<HubCall>;
  readonly #parts: HubConnectionParts;
  readonly #writer: MessageWriter;
  readonly #keepAlive: KeepAlive;
  readonly #gate: ReadingGate;
  #uploads: InboundStreams | undefined;
  #results: ClientResults | undefined;
  #items: Map<unknown, unknown> | undefined;
  #aborted: AbortController | undefined;
  #drain: Drain | undefined;

  constructor(parts: HubConnectionParts) {
    const { connection, protocol, options, clock } = parts;
    this.#parts = parts;
    this.protocol = protocol;
    this.userIdentifier = parts.userIdentifier;
    this.calls = new CallQueue(options.maximumParallelInvocations, (call) => parts.startCall(this, call));
    this.#writer = new MessageWriter(this, protocol.transferFormat);
    this.#gate = new ReadingGate(connection);
    this.#keepAlive = new KeepAlive(
      connection.hasInherentKeepAlive
        ? { pingIntervalMs: Number.POSITIVE_INFINITY, timeoutMs: Number.POSITIVE_INFINITY }
        : { pingIntervalMs: options.keepAliveIntervalMs, timeoutMs: options.clientTimeoutMs },
      clock.now,
    );
  }

  get connectionId(): string {
    return this.#parts.connection.connectionId;
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

  get uploads(): InboundStreams {
    this.#uploads ??= new InboundStreams({
      capacity: this.#parts.options.streamBufferItems,
      errorOf: (text) => new HubException(text),
      setReading: (reading) => this.setReading(reading, inboundStreams),
    });
    return this.#uploads;
  }

  abort(): void {
    this.#parts.close();
  }

  setReading(reading: boolean, holder: object): void {
    this.#gate.setReading(reading, holder);
  }

  write(message: HubMessage): void {
    this.writePayload(this.protocol.writeMessage(message));
  }

  writePayload(payload: Payload): void {
    this.#writer.write(payload);
  }

  /** Sends what is queued now: the connection is about to close. */
  flush(): void {
    this.#writer.flush();
  }

  /** Takes the frames that the writer made. A client that reads too slowly for its queue is let go. */
  send(frame: Frame): boolean {
    const { connection, clock, options } = this.#parts;
    this.#keepAlive.sent(clock.now);
    const hasRoom = connection.send(frame);
    if (!hasRoom) this.#drain ??= newDrain();
    if (connection.bufferedBytes > options.sendQueueBytes) {
      connection.abort(
        new TransportError('TRANSPORT_ABORTED', undefined, { cause: new HubServerError('HUB_SLOW_CONSUMER') }),
      );
    }
    return hasRoom;
  }

  whenWritable(): Promise<void> | undefined {
    // What this turn wrote has to be counted too.
    this.#writer.flush();
    return this.#drain?.promise;
  }

  /** The connection's buffer is empty again. */
  drained(): void {
    this.#drain?.resolve();
    this.#drain = undefined;
  }

  invokeClient(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown> {
    this.#results ??= new ClientResults(this.#parts.options.maximumPendingResults, (message) => this.write(message));
    return this.#results.invoke(target, args, options);
  }

  /** A completion came: of a call that this end made, or of a stream that the client uploads. */
  completed(message: CompletionMessage): void {
    if (this.#results?.complete(message) !== true) this.#uploads?.complete(message);
  }

  /** Something came from the client. */
  received(): void {
    this.#keepAlive.received(this.#parts.clock.now);
  }

  checkKeepAlive(now: number): KeepAliveVerdict {
    return this.#keepAlive.check(now);
  }

  /** The connection has ended: everything that waits for it ends too. */
  ended(error: Error | undefined): void {
    const reason = new HubServerError('HUB_CONNECTION_CLOSED', undefined, error && { cause: error });
    this.#aborted?.abort(reason);
    for (const cancellation of this.cancellations.values()) cancellation.abort(reason);
    this.calls.clear();
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
