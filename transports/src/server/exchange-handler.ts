import type { IncomingMessage } from 'node:http';
import type { ConnectionManager } from './connection-manager.ts';
import { describeRequest } from './describe-request.ts';
import { answerText, HttpRejection, reject } from './http-rejection.ts';
import type { HttpServerConnection } from './http-server-connection.ts';
import { opensWebSocket } from './opens-web-socket.ts';
import type { RequestGate } from './request-gate.ts';
import { queryValue } from './request-target.ts';
import type { Exchange, RequestExchange, ServerTransport } from './server-transport.ts';
import type { TransportList } from './transport-list.ts';

/** Gives the transport its connection, once it is ready. */
type Open = () => HttpServerConnection;

export const ignoreError = (): void => {};

/** Finds the connection that a request is for, and leads it to the transport or the queue it belongs to. */
export class ExchangeHandler {
  readonly #manager: ConnectionManager;
  readonly #gate: RequestGate;
  readonly #transports: TransportList;

  constructor(manager: ConnectionManager, gate: RequestGate, transports: TransportList) {
    this.#manager = manager;
    this.#gate = gate;
    this.#transports = transports;
  }

  handle(exchange: RequestExchange): void {
    switch (exchange.request.method ?? '') {
      case 'GET':
        this.connect(exchange);
        return;
      case 'POST':
        this.#post(exchange);
        return;
      case 'DELETE':
        this.#delete(exchange);
        return;
      default:
        this.#gate.refuse(exchange, reject('TRANSPORT_METHOD_NOT_ALLOWED', { Allow: 'GET, POST, DELETE' }));
    }
  }

  /** Opens or continues a connection with the transport that the client speaks. */
  connect(exchange: Exchange): void {
    const transport = this.#transports.for(exchange);
    if (transport === undefined) {
      this.#gate.refuse(exchange, refusalOfExchange(exchange));
      return;
    }
    this.#gate.authenticate(exchange, (user) => {
      const open = this.#findOrCreate(exchange, transport, user);
      if (open instanceof HttpRejection) this.#gate.refuse(exchange, open);
      else this.#run(exchange, transport, open);
    });
  }

  #findOrCreate(exchange: Exchange, transport: ServerTransport, user: unknown): Open | HttpRejection {
    const { request, kind } = exchange;
    if (kind === 'upgrade' && tokenOf(request) === undefined) {
      const refusal = this.#manager.refusalFor(request.socket.remoteAddress);
      return refusal ?? (() => this.#manager.create('bare', describeRequest(request), user));
    }
    const connection = this.#find(request, user);
    if (connection instanceof HttpRejection) return connection;
    return connection.refusalOf(transport) ?? (() => connection);
  }

  #run(exchange: Exchange, transport: ServerTransport, open: Open): void {
    const running = transport.run(exchange, () => {
      if (exchange.kind === 'upgrade') exchange.socket.off('error', ignoreError);
      const connection = open();
      connection.claim(transport, exchange.request);
      return connection;
    });
    if (running instanceof Promise) running.catch((error: unknown) => this.#gate.fail(exchange, error));
  }

  #post(exchange: RequestExchange): void {
    const { request, response } = exchange;
    const target = this.#manager.find(tokenOf(request) ?? '');
    // Its place in the order is taken before the user is known: finding that out may take longer for one than the next.
    const admit = target === undefined || refusalOfPost(target) ? undefined : target.posts.add(request, response);
    this.#gate.authenticate(exchange, (user) => {
      const connection = this.#find(request, user);
      if (connection instanceof HttpRejection) this.#gate.refuse(exchange, connection);
      else if (admit !== undefined) admit();
      else this.#gate.refuse(exchange, refusalOfPost(connection) ?? reject('TRANSPORT_TOO_MANY_POSTS'));
    });
  }

  #delete(exchange: RequestExchange): void {
    this.#gate.authenticate(exchange, (user) => {
      const connection = this.#find(exchange.request, user);
      if (connection instanceof HttpRejection) {
        const hasEnded = this.#manager.hasEnded(tokenOf(exchange.request) ?? '');
        if (hasEnded) answerText(exchange.response, 202);
        else this.#gate.refuse(exchange, connection);
      } else if (connection.chosenTransport?.endsByDelete === true) {
        connection.endByClient();
        answerText(exchange.response, 202);
      } else this.#gate.refuse(exchange, reject('TRANSPORT_DELETE_NOT_ALLOWED'));
    });
  }

  #find(request: IncomingMessage, user: unknown): HttpServerConnection | HttpRejection {
    const token = tokenOf(request);
    if (token === undefined) return reject('TRANSPORT_ID_REQUIRED');
    const connection = this.#manager.find(token);
    if (connection === undefined) return reject('TRANSPORT_UNKNOWN_CONNECTION');
    // Nothing but `true` counts: a promise, given by mistake, is truthy.
    const verdict: unknown = this.#manager.options.isSameUser(connection.user, user);
    return verdict === true ? connection : reject('TRANSPORT_DIFFERENT_USER');
  }
}

function tokenOf(request: IncomingMessage): string | undefined {
  return queryValue(request.url ?? '', 'id') || undefined;
}

function refusalOfExchange({ kind, request }: Exchange): HttpRejection {
  const isWebSocket = opensWebSocket(request);
  if (kind === 'upgrade') return reject(isWebSocket ? 'TRANSPORT_NOT_OFFERED' : 'TRANSPORT_INVALID_UPGRADE');
  if (!isWebSocket) return reject('TRANSPORT_NOT_OFFERED');
  const hasUpgrade = request.headers.upgrade !== undefined;
  return reject(hasUpgrade ? 'TRANSPORT_UPGRADE_NOT_ATTACHED' : 'TRANSPORT_UPGRADE_DROPPED');
}

function refusalOfPost({ isReceiving, chosenTransport }: HttpServerConnection): HttpRejection | undefined {
  if (!isReceiving) return reject('TRANSPORT_UNKNOWN_CONNECTION');
  return chosenTransport?.receivesByPost === false ? reject('TRANSPORT_POST_NOT_ALLOWED') : undefined;
}
