import type { Clock } from './clock.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { ConnectionState } from './connection-state.ts';
import { Deadlines } from './deadlines.ts';
import { EndpointReports } from './endpoint-reports.ts';
import { reject, type HttpRejection } from './http-rejection.ts';
import { HttpServerConnection, type ConnectionHost } from './http-server-connection.ts';
import { randomId } from './random-id.ts';
import { RecentTokens } from './recent-tokens.ts';
import type { ConnectionRequest, ServerConnection } from '../server-connection.ts';

/** How a connection came to be: negotiate version 1 or 0, or a WebSocket without negotiate. */
export type ConnectionOrigin = 'negotiated' | 'negotiatedWithoutToken' | 'bare';

/** All connections of one endpoint: finds them by their secret token, counts them, and ends them in time. */
export class ConnectionManager implements ConnectionHost {
  readonly options: ResolvedConnectionEndpointOptions;
  readonly deadlines: Deadlines;
  readonly reports: EndpointReports;
  readonly #clock: Clock;
  readonly #onOpened: (connection: ServerConnection) => void;
  readonly #all = new Set<HttpServerConnection>();
  readonly #byToken = new Map<string, HttpServerConnection>();
  readonly #perAddress = new Map<string, number>();
  readonly #ended: RecentTokens;
  readonly #whenEmpty: (() => void)[] = [];
  #pending = 0;
  #stopTimer: (() => void) | undefined;
  #closed: Promise<void> | undefined;
  /** Why none is let in for now: the name of an option. */
  #refusingFor: string | undefined;

  constructor(
    options: ResolvedConnectionEndpointOptions,
    clock: Clock,
    onOpened: (connection: ServerConnection) => void,
  ) {
    this.options = options;
    this.#clock = clock;
    this.#onOpened = onOpened;
    this.reports = new EndpointReports(options);
    this.deadlines = new Deadlines(clock, options.requestTimeoutMs);
    this.#ended = new RecentTokens(options.disconnectTimeoutMs);
  }

  get count(): number {
    return this.#all.size;
  }

  nowMs(): number {
    return this.#clock.now();
  }

  /** Why there is no room for one more connection from there, if there is none. */
  refusalFor(address: string | undefined): HttpRejection | undefined {
    const { options } = this;
    if (this.#closed !== undefined) return reject('TRANSPORT_SERVER_FULL');
    const fromAddress = this.#perAddress.get(address ?? '') ?? 0;
    if (this.#refusingFor !== undefined) return this.#full(this.#refusingFor, 5);
    if (this.#all.size >= options.maximumConnections) return this.#full('maximumConnections');
    if (this.#pending >= options.maximumPendingNegotiations) return this.#full('maximumPendingNegotiations');
    if (fromAddress < options.maximumConnectionsPerAddress) return undefined;
    this.reports.limitReached('maximumConnectionsPerAddress');
    return reject('TRANSPORT_TOO_MANY_FROM_ADDRESS', { 'Retry-After': 1 });
  }

  #full(limit: string, retryAfterSeconds = 1): HttpRejection {
    this.reports.limitReached(limit);
    return reject('TRANSPORT_SERVER_FULL', { 'Retry-After': retryAfterSeconds });
  }

  /** Lets no more connections in for the sake of a limit, or `undefined` to let them in again. */
  refuseFor(limit: string | undefined): void {
    this.#refusingFor = limit;
  }

  /** Ends up to `count` connections that were negotiated and never used, the oldest first; returns how many. */
  dropUnused(count: number): number {
    let dropped = 0;
    for (const connection of this.#pending > 0 ? this.#all : []) {
      if (dropped >= count) break;
      if (connection.state.name !== 'negotiated') continue;
      connection.shutDown();
      dropped += 1;
    }
    return dropped;
  }

  create(origin: ConnectionOrigin, request: ConnectionRequest, user: unknown): HttpServerConnection {
    const connectionId = randomId();
    const connectionToken = tokenFor(origin, connectionId);
    const connection = new HttpServerConnection({ connectionId, connectionToken, request, user }, this);
    this.#all.add(connection);
    if (connectionToken !== undefined) this.#byToken.set(connectionToken, connection);
    this.#pending++;
    this.#countAddress(request.remoteAddress, 1);
    this.#stopTimer ??= this.#clock.every(sweepIntervalMs(this.options), () => this.#sweep());
    return connection;
  }

  find(token: string): HttpServerConnection | undefined {
    return this.#byToken.get(token);
  }

  /** `true` for a while after the connection ended. */
  hasEnded(token: string): boolean {
    return this.#ended.has(token, this.nowMs());
  }

  opened(connection: HttpServerConnection): void {
    this.#log('connectionOpened', connection, { transport: connection.transport });
    try {
      this.#onOpened(connection);
    } catch (error) {
      this.options.logger.log('error', 'connectionHandlerFailed', { connectionId: connection.connectionId, error });
      connection.close();
    }
  }

  moved(connection: HttpServerConnection, from: ConnectionState, to: ConnectionState): void {
    if (from.name === 'negotiated') this.#pending--;
    if (to.name !== 'closed') return;
    this.#forget(connection);
    const { reason } = to;
    this.reports.ended(reason);
    this.#log('connectionClosed', connection, {
      reason: reason.kind,
      ...(reason.kind === 'failed' && { error: reason.error }),
    });
  }

  /** Ends all of them and lets none in any more; resolves when none is left, at the latest after `disconnectTimeoutMs`. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const connection of this.#all) connection.shutDown();
    if (this.#all.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  #sweep(): void {
    const nowMs = this.nowMs();
    for (const connection of this.#all) connection.tick(nowMs);
  }

  #forget(connection: HttpServerConnection): void {
    const { connectionToken, chosenTransport, remoteAddress } = connection;
    if (!this.#all.delete(connection)) return;
    this.#countAddress(remoteAddress, -1);
    if (connectionToken !== undefined) {
      this.#byToken.delete(connectionToken);
      if (chosenTransport?.endsByDelete === true) this.#ended.add(connectionToken, this.nowMs());
    }
    if (this.#all.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #countAddress(address: string | undefined, change: 1 | -1): void {
    if (this.options.maximumConnectionsPerAddress === Infinity) return;
    const key = address ?? '';
    const count = (this.#perAddress.get(key) ?? 0) + change;
    if (count > 0) this.#perAddress.set(key, count);
    else this.#perAddress.delete(key);
  }

  #log(event: string, connection: HttpServerConnection, fields: Readonly<Record<string, unknown>>): void {
    this.options.logger.log('debug', event, { connectionId: connection.connectionId, ...fields });
  }
}

/** The secret that later requests show; before version 1 of negotiate the id was one. */
function tokenFor(origin: ConnectionOrigin, connectionId: string): string | undefined {
  if (origin === 'negotiated') return randomId();
  return origin === 'bare' ? undefined : connectionId;
}

/** Once a second, or often enough to keep short timeouts within a quarter of their length. */
function sweepIntervalMs(options: ResolvedConnectionEndpointOptions): number {
  const { negotiatedTimeoutMs, disconnectTimeoutMs, longPollingTimeoutMs, sendTimeoutMs } = options;
  const shortest = Math.min(negotiatedTimeoutMs, disconnectTimeoutMs, longPollingTimeoutMs, sendTimeoutMs);
  return Math.min(1_000, Math.max(10, shortest / 4));
}
