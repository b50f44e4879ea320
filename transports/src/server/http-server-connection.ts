import type { IncomingMessage } from 'node:http';
import type { CloseHint, CloseReason, ConnectionReceiver, Frame, TransferFormat } from '../connection.ts';
import { TransportError } from '../errors.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import { canMove, expiryOf, type ConnectionState } from './connection-state.ts';
import type { Deadlines } from './deadlines.ts';
import { describeRequest } from './describe-request.ts';
import type { EndpointReports } from './endpoint-reports.ts';
import { reject, type HttpRejection } from './http-rejection.ts';
import { InboundDelivery } from './inbound-delivery.ts';
import { Outbox } from './outbox.ts';
import { PostQueue } from './post-queue.ts';
import type { ConnectionRequest, ServerConnection } from '../server-connection.ts';
import { StallWatch } from './stall-watch.ts';
import type { CarriedConnection, Carrier, CarrierEnd, ServerTransport } from './server-transport.ts';

/** What connections of one endpoint share. */
export interface ConnectionHost {
  readonly options: ResolvedConnectionEndpointOptions;
  /** For what a request is waited for. */
  readonly deadlines: Deadlines;
  readonly reports: EndpointReports;
  nowMs(): number;
  /** The state changed; called after the change. */
  moved(connection: HttpServerConnection, from: ConnectionState, to: ConnectionState): void;
  /** The first exchange carries it now. */
  opened(connection: HttpServerConnection): void;
}

export interface ConnectionIdentity {
  readonly connectionId: string;
  /** Absent for a connection that nobody can come back to. */
  readonly connectionToken: string | undefined;
  readonly request: ConnectionRequest;
  readonly user: unknown;
}

/** A connection that outlives single HTTP exchanges. Its state changes only in `#move`. */
export class HttpServerConnection implements ServerConnection, CarriedConnection {
  readonly connectionId: string;
  readonly connectionToken: string | undefined;
  /** Where the request came from that made the connection. */
  readonly remoteAddress: string | undefined;
  readonly user: unknown;
  readonly #host: ConnectionHost;
  readonly #delivery: InboundDelivery;
  #state: ConnectionState;
  #request: ConnectionRequest;
  #transport: ServerTransport | undefined;
  #outbox: Outbox | undefined;
  #isDrainOwed = false;
  #posts: PostQueue | undefined;
  #stall: StallWatch | undefined;

  constructor(identity: ConnectionIdentity, host: ConnectionHost) {
    this.connectionId = identity.connectionId;
    this.connectionToken = identity.connectionToken;
    this.remoteAddress = identity.request.remoteAddress;
    this.#request = identity.request;
    this.user = identity.user;
    this.#host = host;
    this.#state = { name: 'negotiated', sinceMs: host.nowMs() };
    this.#delivery = new InboundDelivery((cause) => {
      this.abort(new TransportError('TRANSPORT_RECEIVER_FAILED', undefined, { cause }));
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get request(): ConnectionRequest {
    return this.#request;
  }

  get isBare(): boolean {
    return this.connectionToken === undefined;
  }

  /** The empty string until the first exchange. */
  get transport(): string {
    return this.#transport?.name ?? '';
  }

  get transferFormats(): readonly TransferFormat[] {
    return this.#transport?.transferFormats ?? [];
  }

  get hasInherentKeepAlive(): boolean {
    return this.#transport?.hasInherentKeepAlive ?? false;
  }

  get bufferedBytes(): number {
    return (this.#outbox?.bytes ?? 0) + (this.#carrier?.bufferedBytes ?? 0);
  }

  /** Whether frames of the client still count. */
  get isReceiving(): boolean {
    return this.#state.name !== 'closing' && this.#state.name !== 'closed';
  }

  /** What the client chose, once it did. */
  get chosenTransport(): ServerTransport | undefined {
    return this.#transport;
  }

  get #carrier(): Carrier | undefined {
    return this.#state.name === 'attached' || this.#state.name === 'closing' ? this.#state.carrier : undefined;
  }

  /** The POST requests of the client, in order. */
  get posts(): PostQueue {
    const { options, deadlines, reports } = this.#host;
    const { maximumFrameBytes, maximumPendingPosts } = options;
    this.#posts ??= new PostQueue(this, { maximumFrameBytes, maximumPendingPosts, deadlines, reports });
    return this.#posts;
  }

  start(receiver: ConnectionReceiver): void {
    this.#delivery.start(receiver);
    if (this.#state.name === 'attached') this.#state.carrier.resume?.();
  }

  send(frame: Frame): boolean {
    const state = this.#state;
    let hasRoom = true;
    if (state.name === 'attached') hasRoom = state.carrier.send(frame);
    else if (state.name === 'detached') hasRoom = this.#keep(frame);
    if (!hasRoom) this.#isDrainOwed = true;
    return hasRoom;
  }

  pause(): void {
    this.#delivery.pause();
    if (this.#state.name === 'attached') this.#state.carrier.pause?.();
  }

  resume(): void {
    this.#delivery.resume();
    if (this.#state.name === 'attached') this.#state.carrier.resume?.();
  }

  ping(): boolean {
    const state = this.#state;
    if (state.name !== 'attached' || state.carrier.ping === undefined) return false;
    state.carrier.ping();
    return true;
  }

  close(hint?: CloseHint): void {
    const state = this.#state;
    const sinceMs = this.#host.nowMs();
    this.#posts?.close();
    if (state.name === 'negotiated') this.#finish({ kind: 'local' });
    else if (state.name === 'detached') this.#move({ name: 'closing', sinceMs, carrier: undefined });
    else if (state.name === 'attached') {
      const { carrier } = state;
      this.#move({ name: 'closing', sinceMs, carrier });
      carrier.resume?.();
      carrier.close(hint);
    }
  }

  abort(error: TransportError): void {
    this.#finish({ kind: 'failed', error });
  }

  /** The client asked for the end by a request of its own. */
  endByClient(): void {
    this.#finish({ kind: this.#state.name === 'closing' ? 'local' : 'remote' });
  }

  /** Closes without waiting for a client that is between two exchanges. */
  shutDown(): void {
    if (this.#carrier === undefined) this.#finish({ kind: 'local' });
    else this.close({ goingAway: true });
  }

  /** Why `transport` cannot carry the connection now, if it cannot. */
  refusalOf(transport: ServerTransport): HttpRejection | undefined {
    if (this.#state.name === 'closed') return reject('TRANSPORT_UNKNOWN_CONNECTION');
    if (this.#transport !== undefined && this.#transport !== transport) return reject('TRANSPORT_CANNOT_CHANGE');
    const carrier = this.#carrier;
    return carrier !== undefined && carrier.supersede === undefined ? reject('TRANSPORT_ALREADY_CONNECTED') : undefined;
  }

  /**
   * Settles what carries the connection from now on; called once `refusalOf` found nothing. The first exchange is the
   * one that hubs see: it has the cookies that the negotiate answer set, and negotiate is not always asked.
   */
  claim(transport: ServerTransport, request: IncomingMessage): void {
    if (this.#transport === undefined && !this.isBare) this.#request = describeRequest(request);
    this.#transport = transport;
  }

  attach(carrier: Carrier): void {
    this.#carrier?.supersede?.();
    const from = this.#state;
    if (from.name === 'closed') {
      carrier.terminate();
      return;
    }
    this.#move(from.name === 'closing' ? { ...from, carrier } : { name: 'attached', carrier });
    for (const frame of this.#outbox?.takeAll() ?? []) carrier.send(frame);
    if (from.name === 'closing') carrier.close();
    if (from.name === 'negotiated') this.#host.opened(this);
    if (this.#delivery.isHeld && this.#state.name === 'attached') carrier.pause?.();
  }

  receive(frame: Frame, taken?: () => void): void {
    if (this.isReceiving) this.#delivery.push(frame, taken);
  }

  drained(): void {
    if (!this.#isDrainOwed || this.bufferedBytes > 0) return;
    this.#isDrainOwed = false;
    this.#delivery.drain();
  }

  alive(): void {
    this.#delivery.alive();
  }

  ended(carrier: Carrier, end: CarrierEnd): void {
    const state = this.#state;
    if (this.#carrier !== carrier) return;
    if (end.kind !== 'detached') {
      this.#finish(state.name === 'closing' ? { kind: 'local' } : end);
      return;
    }
    this.#stall = undefined;
    if (state.name === 'closing') this.#move({ ...state, carrier: undefined });
    else this.#move({ name: 'detached', sinceMs: this.#host.nowMs() });
    for (const frame of end.unsent) this.#keep(frame);
    this.drained();
  }

  /** Ends what has taken too long; called about once a second. */
  tick(nowMs: number): void {
    const state = this.#state;
    if (state.name === 'attached') {
      state.carrier.tick?.(nowMs);
      if (this.#carrier === state.carrier) this.#checkProgress(state.carrier, nowMs);
      return;
    }
    const reason = expiryOf(state, nowMs, this.#host.options);
    if (reason !== undefined) this.#finish(reason);
  }

  #checkProgress(carrier: Carrier, nowMs: number): void {
    if (this.#stall === undefined && carrier.bufferedBytes === 0) return;
    this.#stall ??= new StallWatch();
    const isStalled = this.#stall.stalledMs(carrier, nowMs) >= this.#host.options.sendTimeoutMs;
    if (isStalled) this.abort(new TransportError('TRANSPORT_SEND_TIMEOUT'));
  }

  #keep(frame: Frame): boolean {
    this.#outbox ??= new Outbox();
    this.#outbox.push(frame);
    return this.#outbox.bytes < this.#host.options.sendBufferBytes;
  }

  #finish(reason: CloseReason): void {
    if (this.#state.name === 'closed') return;
    const carrier = this.#carrier;
    this.#move({ name: 'closed', reason });
    carrier?.terminate();
    this.#outbox = undefined;
    this.#posts?.close();
    if (reason.kind === 'remote') this.#delivery.end(reason);
    else this.#delivery.cut(reason);
  }

  #move(to: ConnectionState): void {
    const from = this.#state;
    if (!canMove(from, to)) throw new Error(`A connection cannot go from ${from.name} to ${to.name}.`);
    this.#state = to;
    this.#host.moved(this, from, to);
  }
}
