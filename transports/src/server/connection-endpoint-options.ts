import { isDeepStrictEqual } from 'node:util';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { TransportError } from '../errors.ts';
import { nullLogger, type Logger } from '../logger.ts';
import type { ServerTransport } from './server-transport.ts';

export type ServerTransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

export type WebSocketEngine = 'ws' | 'direct';

/** Which origins may reach an endpoint; a request without an `Origin` header does not come from a browser and may. */
export type AllowedOrigins =
  | 'same-origin'
  | '*'
  | readonly string[]
  | ((origin: string, request: IncomingMessage) => boolean);

/** What the endpoint itself answers to cross-origin requests of the allowed origins. */
export interface CorsOptions {
  /** Whether cookies and `Authorization` may come along. @default true, unless `allowedOrigins` is '*' */
  readonly credentials?: boolean;
  /** Headers that a client may send beside those of the protocol. @default [] */
  readonly allowedHeaders?: readonly string[];
  /** How long a browser may remember a preflight answer, in seconds. @default 600 */
  readonly maxAgeSeconds?: number;
}

/** The negotiated compression of WebSocket messages (RFC 7692). */
export interface PerMessageDeflateOptions {
  /** Smaller messages are sent as they are, in bytes. @default 1024 */
  readonly threshold?: number;
  /** Compressions at a time, of all connections together. @default 10 */
  readonly concurrencyLimit?: number;
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  readonly serverMaxWindowBits?: number;
}

/** What the `negotiate` hook may answer in place of, or along with, a connection. */
export interface NegotiateDecision {
  /** Sends the client elsewhere. */
  readonly url?: string;
  readonly accessToken?: string;
  /** Refuses the client with this text. */
  readonly error?: string;
  /** Added to the answer, cookies included (`Set-Cookie`). */
  readonly headers?: OutgoingHttpHeaders;
}

export type NegotiateHook = (
  request: IncomingMessage,
  user: unknown,
) => NegotiateDecision | undefined | Promise<NegotiateDecision | undefined>;

/** Who counts what an endpoint refuses. */
export interface ConnectionEndpointObserver {
  /** A limit did what it is there for; `option` is its name. */
  onLimit?(option: string): void;
  /** A request was answered with an error; `code` is undefined for a rejection of the application's own. */
  onRefused?(status: number, code: string | undefined): void;
}

export interface ConnectionEndpointOptions {
  /** Best first; own transports beside or in place of the built-in ones. @default all three */
  readonly transports?: readonly (ServerTransportName | ServerTransport)[];
  /** How long a negotiated connection may stay unused. @default 15000 */
  readonly negotiatedTimeoutMs?: number;
  /** How long a connection outlives its last exchange, and how long closing may take. @default 15000 */
  readonly disconnectTimeoutMs?: number;
  /** How long a poll waits for something to send. @default 90000 */
  readonly longPollingTimeoutMs?: number;
  /** How long a write may make no progress. @default 10000 */
  readonly sendTimeoutMs?: number;
  /** How long `authenticate`, `negotiate` and the body of a POST may take, each. @default 30000 */
  readonly requestTimeoutMs?: number;
  /**
   * Size of one WebSocket message or one POST body. Either may hold several messages (a client sends what queued up
   * during a POST as one body), so this is to be well above the size of one. @default 1048576
   */
  readonly maximumFrameBytes?: number;
  /** Buffered bytes at which `send` starts to return `false`. @default 65536 */
  readonly sendBufferBytes?: number;
  /** POST requests of one connection that may wait for each other. @default 100 */
  readonly maximumPendingPosts?: number;
  /** Connections, negotiated ones included; more are answered with 503. @default Infinity */
  readonly maximumConnections?: number;
  /** The same for one remote address; more are answered with 429. @default Infinity */
  readonly maximumConnectionsPerAddress?: number;
  /** Connections negotiated and not used yet; more are answered with 503. @default 1000 */
  readonly maximumPendingNegotiations?: number;
  /** 1 refuses clients that know no secret connection token. @default 0 */
  readonly minimumNegotiateVersion?: 0 | 1;
  /** Checked on every request. @default 'same-origin' */
  readonly allowedOrigins?: AllowedOrigins;
  /** @default false */
  readonly cors?: CorsOptions | false;
  /**
   * Runs for every request: negotiate, upgrade, each poll, POST and DELETE. Returns the user, or `null` for an anonymous
   * one. Throwing, or returning `undefined`, answers 401; an `HttpRejection` answers what it says. @default anonymous
   */
  readonly authenticate?: (request: IncomingMessage) => unknown;
  /** Whether a later request comes from the user who negotiated; if not it is answered with 403. @default deep equality */
  readonly isSameUser?: (original: unknown, current: unknown) => boolean;
  /** Redirects or refuses clients, or adds headers to the negotiate answer. */
  readonly negotiate?: NegotiateHook;
  /**
   * What reads and writes WebSockets: the package `ws`, or our own code on the bare socket, which is faster and does not
   * compress: with `perMessageDeflate` it is `ws` all the same. @default 'ws'
   */
  readonly webSocketEngine?: WebSocketEngine;
  /** @default false */
  readonly perMessageDeflate?: PerMessageDeflateOptions | false;
  /** Who is told of limits and refusals, as they happen. @default nobody */
  readonly observer?: ConnectionEndpointObserver;
  /** @default nothing is logged */
  readonly logger?: Logger;
}

/** The same with every default filled in. */
export type ResolvedConnectionEndpointOptions = Readonly<Required<ConnectionEndpointOptions>>;

export const connectionEndpointDefaults = {
  transports: ['WebSockets', 'ServerSentEvents', 'LongPolling'],
  negotiatedTimeoutMs: 15_000,
  disconnectTimeoutMs: 15_000,
  longPollingTimeoutMs: 90_000,
  sendTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  maximumFrameBytes: 1_048_576,
  sendBufferBytes: 65_536,
  maximumPendingPosts: 100,
  maximumConnections: Infinity,
  maximumConnectionsPerAddress: Infinity,
  maximumPendingNegotiations: 1_000,
  minimumNegotiateVersion: 0,
  allowedOrigins: 'same-origin',
  cors: false,
  authenticate: () => null,
  isSameUser: (original, current) => isDeepStrictEqual(original, current),
  negotiate: () => undefined,
  webSocketEngine: 'ws',
  perMessageDeflate: false,
  observer: { onLimit() {}, onRefused() {} },
  logger: nullLogger,
} as const satisfies ResolvedConnectionEndpointOptions;

const smallestValues = [
  ['negotiatedTimeoutMs', 1],
  ['disconnectTimeoutMs', 1],
  ['longPollingTimeoutMs', 1],
  ['sendTimeoutMs', 1],
  ['requestTimeoutMs', 1],
  ['maximumFrameBytes', 1],
  ['sendBufferBytes', 1],
  ['maximumPendingPosts', 1],
  ['maximumConnections', 0],
  ['maximumConnectionsPerAddress', 0],
  ['maximumPendingNegotiations', 0],
] as const satisfies readonly (readonly [keyof ConnectionEndpointOptions, number])[];

const functionOptions = ['authenticate', 'isSameUser', 'negotiate'] as const;
const engineNames: readonly unknown[] = ['ws', 'direct'] satisfies WebSocketEngine[];
const transportNames: readonly unknown[] = connectionEndpointDefaults.transports;

/**
 * Fills in the defaults, checks and freezes.
 *
 * @throws TransportError `TRANSPORT_INVALID_OPTIONS` naming the option
 */
export function resolveConnectionEndpointOptions(
  options: ConnectionEndpointOptions = {},
): ResolvedConnectionEndpointOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const resolved: ResolvedConnectionEndpointOptions = { ...connectionEndpointDefaults, ...Object.fromEntries(given) };
  for (const [name] of given) if (!(name in connectionEndpointDefaults)) throw invalid(`${name} is not an option.`);
  checkNumbers(resolved);
  checkKinds(resolved);
  checkTransports(resolved.transports);
  checkOrigins(resolved.allowedOrigins);
  return Object.freeze(resolved);
}

function checkNumbers(options: ResolvedConnectionEndpointOptions): void {
  for (const [name, minimum] of smallestValues) {
    const value: unknown = options[name];
    if (typeof value === 'number' && value >= minimum) continue;
    throw invalid(`${name} has to be a number of at least ${minimum}.`);
  }
  if (options.minimumNegotiateVersion !== 0 && options.minimumNegotiateVersion !== 1) {
    throw invalid('minimumNegotiateVersion has to be 0 or 1.');
  }
}

function checkKinds(options: ResolvedConnectionEndpointOptions): void {
  for (const name of functionOptions) {
    if (typeof options[name] !== 'function') throw invalid(`${name} has to be a function.`);
  }
  for (const name of ['cors', 'perMessageDeflate'] as const) {
    const value: unknown = options[name];
    if (value !== false && (typeof value !== 'object' || value === null)) {
      throw invalid(`${name} has to be false or an object of options.`);
    }
  }
  if (!engineNames.includes(options.webSocketEngine)) throw invalid("webSocketEngine has to be 'ws' or 'direct'.");
  if (typeof options.observer !== 'object' || options.observer === null) throw invalid('observer has to be an object.');
  if (typeof options.logger?.log !== 'function') throw invalid('logger has to have a log method.');
}

function checkTransports(transports: ResolvedConnectionEndpointOptions['transports']): void {
  if (!Array.isArray(transports) || transports.length === 0) throw invalid('transports has to name at least one.');
  const names = new Set<string>();
  for (const transport of transports) {
    const isKnown =
      typeof transport === 'object' ? typeof transport.run === 'function' : transportNames.includes(transport);
    if (!isKnown) throw invalid(`transports holds ${String(transport)}, which is none.`);
    const name = typeof transport === 'object' ? transport.name : transport;
    if (names.has(name)) throw invalid(`transports names ${name} twice.`);
    names.add(name);
  }
}

function checkOrigins(origins: AllowedOrigins): void {
  if (origins === 'same-origin' || origins === '*' || typeof origins === 'function') return;
  if (!Array.isArray(origins)) throw invalid("allowedOrigins has to be 'same-origin', '*', a list or a function.");
  for (const origin of origins as readonly unknown[]) {
    if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw invalid(`allowedOrigins holds ${String(origin)}, which is no origin such as https://example.com.`);
  }
}

function invalid(detail: string): TransportError {
  return new TransportError('TRANSPORT_INVALID_OPTIONS', detail);
}
