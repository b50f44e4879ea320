import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { systemClock, type Clock } from './clock.ts';
import {
  resolveConnectionEndpointOptions,
  type ConnectionEndpointOptions,
  type ResolvedConnectionEndpointOptions,
} from './connection-endpoint-options.ts';
import { ConnectionManager } from './connection-manager.ts';
import { addCorsHeaders, answerPreflight } from './cors.ts';
import { ExchangeHandler, ignoreError } from './exchange-handler.ts';
import { NegotiateHandler } from './negotiate-handler.ts';
import { RequestGate } from './request-gate.ts';
import type { ServerConnection } from '../server-connection.ts';
import type { RequestExchange, UpgradeExchange } from './server-transport.ts';
import { TransportList } from './transport-list.ts';

/** What stands behind the path of an endpoint. */
export type SubPath = '' | '/negotiate';

export const subPaths: readonly SubPath[] = ['', '/negotiate'];

/**
 * One path that clients connect to: answers negotiate, hands exchanges to the transports, and gives every new
 * connection to `onConnection`, which MUST `start` it.
 */
export class ConnectionEndpoint {
  readonly #options: ResolvedConnectionEndpointOptions;
  readonly #manager: ConnectionManager;
  readonly #gate: RequestGate;
  readonly #negotiate: NegotiateHandler;
  readonly #exchanges: ExchangeHandler;

  /** @throws TransportError `TRANSPORT_INVALID_OPTIONS` */
  constructor(
    options: ConnectionEndpointOptions,
    onConnection: (connection: ServerConnection) => void,
    clock: Clock = systemClock,
  ) {
    this.#options = resolveConnectionEndpointOptions(options);
    this.#manager = new ConnectionManager(this.#options, clock, onConnection);
    this.#gate = new RequestGate(this.#options, this.#manager);
    const transports = new TransportList(this.#options, clock);
    this.#negotiate = new NegotiateHandler(this.#manager, this.#gate, transports.offered);
    this.#exchanges = new ExchangeHandler(this.#manager, this.#gate, transports);
  }

  /** How many connections there are, those negotiated and not used yet included. */
  get connections(): number {
    return this.#manager.count;
  }

  /** Answers a request to the endpoint's path (`''`) or below it. Every request gets an answer. */
  handleRequest(request: IncomingMessage, response: ServerResponse, subPath: SubPath): void {
    const exchange: RequestExchange = { kind: 'request', request, response };
    this.#gate.guard(exchange, () => {
      response.setHeader('Cache-Control', 'no-cache, no-store');
      if (!this.#gate.admitsOrigin(exchange)) return;
      addCorsHeaders(this.#options, request, response);
      if (answerPreflight(this.#options, request, response)) return;
      if (subPath === '/negotiate') this.#negotiate.handle(exchange);
      else this.#exchanges.handle(exchange);
    });
  }

  /** Takes an upgrade request over, or refuses it and closes the socket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', ignoreError);
    const exchange: UpgradeExchange = { kind: 'upgrade', request, socket, head };
    this.#gate.guard(exchange, () => {
      if (this.#gate.admitsOrigin(exchange)) this.#exchanges.connect(exchange);
    });
  }

  /**
   * Answers new connections with 503 for the sake of `limit`, the name of an option that `onLimit` is told; `undefined`
   * lets them in again. Connections that exist go on.
   */
  refuseConnections(limit: string | undefined): void {
    this.#manager.refuseFor(limit);
  }

  /** Forgets up to `count` connections that were negotiated and not used yet, the oldest first; returns how many. */
  dropUnused(count: number): number {
    return this.#manager.dropUnused(count);
  }

  /** Ends every connection and refuses new ones; resolves when none is left. */
  async close(): Promise<void> {
    await this.#manager.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
