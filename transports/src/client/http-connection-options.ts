import { applyDefaults } from '../apply-defaults.ts';
import { TransportError } from '../errors.ts';
import { nullLogger, type Logger } from '../logger.ts';
import type { ClientTransport, TransportSettings } from './client-transport.ts';
import type { AccessTokenFactory, HttpClientSettings } from './http-client.ts';
import { LongPollingTransport } from './long-polling-transport.ts';
import type { EventSourceConstructor } from './platform/event-source-like.ts';
import type { WebSocketConstructor } from './platform/web-socket-like.ts';
import { ServerSentEventsTransport } from './server-sent-events-transport.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** The transports of the protocol, by their names on the wire. */
export type TransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

export interface HttpConnectionOptions {
  /**
   * What may be used, by name or as a transport of one's own; the server's order decides which is tried first.
   *
   * @default ['WebSockets', 'ServerSentEvents', 'LongPolling']
   */
  readonly transports?: readonly (TransportName | ClientTransport)[];
  /** Connects at once, without asking the server; needs exactly one transport, WebSockets unless told. @default false */
  readonly skipNegotiation?: boolean;
  /** Asked before every connection, and again when the server answers 401. @default no token */
  readonly accessTokenFactory?: AccessTokenFactory;
  /** Sent with every request that can carry headers (a browser's WebSocket and EventSource cannot). @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends cookies, to other origins too. @default true */
  readonly withCredentials?: boolean;
  /** For one HTTP request; has to be longer than the server holds a poll. @default 100000 */
  readonly timeoutMs?: number;
  /** For one transport to connect, before the next one is tried. @default 15000 */
  readonly connectTimeoutMs?: number;
  /** For an orderly end, after which it ends without. @default 5000 */
  readonly closeTimeoutMs?: number;
  /** `send` returns `false` while more than this waits to be sent. @default 65536 */
  readonly sendBufferBytes?: number;
  /** How much may wait while its receiver is paused, where the other end cannot be held back. @default 1048576 */
  readonly receiveBufferBytes?: number;
  /** Frames that wait are joined into POST bodies of at most this size; a larger frame goes alone. @default 65536 */
  readonly maximumBodyBytes?: number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** @default the platform's, or that of `ws` on Node.js */
  readonly WebSocket?: WebSocketConstructor;
  /** @default the platform's, or that of `eventsource` on Node.js */
  readonly EventSource?: EventSourceConstructor;
  /** @default nullLogger */
  readonly logger?: Logger;
}

export const httpConnectionDefaults = {
  transports: ['WebSockets', 'ServerSentEvents', 'LongPolling'],
  skipNegotiation: false,
  headers: {},
  withCredentials: true,
  timeoutMs: 100_000,
  connectTimeoutMs: 15_000,
  closeTimeoutMs: 5_000,
  sendBufferBytes: 65_536,
  receiveBufferBytes: 1_048_576,
  maximumBodyBytes: 65_536,
  logger: nullLogger,
} as const satisfies HttpConnectionOptions;

export interface HttpConnectionSettings extends HttpClientSettings, TransportSettings {
  readonly transports: readonly ClientTransport[];
  readonly skipNegotiation: boolean;
  readonly connectTimeoutMs: number;
}

/** @throws TransportError `TRANSPORT_INVALID_OPTIONS` with the name of the option */
export function resolveHttpConnectionOptions(options: HttpConnectionOptions): HttpConnectionSettings {
  const { WebSocket, EventSource, ...settings } = applyDefaults(httpConnectionDefaults, options, invalid);
  const { fetch = (...request) => globalThis.fetch(...request), accessTokenFactory, skipNegotiation } = settings;
  const names = skipNegotiation ? (options.transports ?? ['WebSockets']) : settings.transports;
  if (skipNegotiation ? names.length !== 1 : names.length === 0) throw invalid('transports');
  const transports = names.map((transport) => {
    if (transport === 'WebSockets') return new WebSocketTransport(WebSocket);
    if (transport === 'ServerSentEvents') return new ServerSentEventsTransport(EventSource);
    if (transport === 'LongPolling') return new LongPollingTransport();
    if (typeof transport === 'object') return transport;
    throw invalid('transports');
  });
  // A browser's fetch may be called on its own global only.
  return Object.freeze({ ...settings, fetch, accessTokenFactory, transports });
}

function invalid(name: string): TransportError {
  return new TransportError('TRANSPORT_INVALID_OPTIONS', `An option is not valid: ${name}.`);
}
