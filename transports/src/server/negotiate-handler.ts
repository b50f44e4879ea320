import type { ServerResponse } from 'node:http';
import { negotiateVersion, writeNegotiateResponse, type NegotiateResponse } from '../negotiate.ts';
import type { NegotiateDecision, ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { ConnectionManager } from './connection-manager.ts';
import { describeRequest } from './describe-request.ts';
import { reject } from './http-rejection.ts';
import type { HttpServerConnection } from './http-server-connection.ts';
import type { RequestGate } from './request-gate.ts';
import { queryValue } from './request-target.ts';
import type { RequestExchange, ServerTransport } from './server-transport.ts';

/** Answers negotiate requests (TransportProtocols.md, "POST [endpoint-base]/negotiate request"). */
export class NegotiateHandler {
  readonly #manager: ConnectionManager;
  readonly #gate: RequestGate;
  readonly #offered: readonly ServerTransport[];

  constructor(manager: ConnectionManager, gate: RequestGate, offered: readonly ServerTransport[]) {
    this.#manager = manager;
    this.#gate = gate;
    this.#offered = offered;
  }

  handle(exchange: RequestExchange): void {
    if (exchange.request.method !== 'POST') {
      this.#gate.refuse(exchange, reject('TRANSPORT_METHOD_NOT_ALLOWED', { Allow: 'POST' }));
      return;
    }
    this.#gate.authenticate(exchange, (user) => {
      const decision = this.#manager.options.negotiate(exchange.request, user);
      this.#gate.await(exchange, decision, (decided) => this.#answer(exchange, user, decided));
    });
  }

  #answer(exchange: RequestExchange, user: unknown, decision: NegotiateDecision = {}): void {
    const { request, response } = exchange;
    if (response.destroyed) return;
    const { url, accessToken, error, headers = {} } = decision;
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    if (error !== undefined) write(response, { kind: 'error', error });
    else if (url !== undefined) {
      write(response, { kind: 'redirect', url, ...(accessToken !== undefined && { accessToken }) });
    } else {
      const choice = chooseVersion(request.url ?? '', this.#manager.options);
      if ('error' in choice) write(response, { kind: 'error', error: choice.error });
      else this.#openConnection(exchange, user, choice.version);
    }
  }

  #openConnection(exchange: RequestExchange, user: unknown, version: number): void {
    const { request, response } = exchange;
    const refusal = this.#manager.refusalFor(request.socket.remoteAddress);
    if (refusal !== undefined) {
      this.#gate.refuse(exchange, refusal);
      return;
    }
    const origin = version > 0 ? 'negotiated' : 'negotiatedWithoutToken';
    const connection = this.#manager.create(origin, describeRequest(request), user);
    write(response, this.#describe(connection, version));
  }

  #describe(connection: HttpServerConnection, version: number): NegotiateResponse {
    const { connectionId, connectionToken = connectionId } = connection;
    return {
      kind: 'connection',
      negotiateVersion: version,
      connectionId,
      connectionToken,
      availableTransports: this.#offered.map(({ name, transferFormats }) => ({ transport: name, transferFormats })),
    };
  }
}

/** The version to answer in, or the text that refuses the client. */
type VersionChoice = { readonly version: number } | { readonly error: string };

/** Picks the newest version that both sides know. */
function chooseVersion(url: string, options: ResolvedConnectionEndpointOptions): VersionChoice {
  const asked = queryValue(url, 'negotiateVersion') ?? '0';
  if (!/^\d{1,9}$/u.test(asked)) return { error: 'The client requested a non-integer protocol version.' };
  if (Number(asked) < options.minimumNegotiateVersion) {
    return { error: `The client requested version '${asked}', but the server does not support this version.` };
  }
  return { version: Math.min(Number(asked), negotiateVersion) };
}

function write(response: ServerResponse, answer: NegotiateResponse): void {
  const body = writeNegotiateResponse(answer);
  response.statusCode = 200;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
