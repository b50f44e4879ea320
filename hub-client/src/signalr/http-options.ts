import type { Logger } from '@hubwire/transports';
import type { HttpConnectionOptions, TransportName } from '@hubwire/transports/client';
import { fetchThrough, type HttpClient } from './http-client.ts';
import { toLogger, type ILogger, type LogLevel } from './logging.ts';
import { adaptTransport, type ITransport } from './transport-adapter.ts';

/** The transports in the numbers of `@microsoft/signalr`; they can be joined with `|`. */
export const HttpTransportType = { None: 0, WebSockets: 1, ServerSentEvents: 2, LongPolling: 4 } as const;

export type HttpTransportType = (typeof HttpTransportType)[keyof typeof HttpTransportType];

/** Options of a connection over HTTP in the words of `@microsoft/signalr`. */
export interface IHttpConnectionOptions {
  /** Sent with every request that can carry headers. */
  headers?: Record<string, string>;
  /** Sends the HTTP requests. @default fetch */
  httpClient?: HttpClient;
  /** What may be used: one of `HttpTransportType`, several joined with `|`, or a transport of one's own. @default all */
  transport?: number | ITransport;
  /** For what the connection logs; the builder's own logger unless given. */
  logger?: ILogger | LogLevel;
  /** Gives the bearer token. */
  accessTokenFactory?(): string | Promise<string>;
  /** Taken for compatibility: the contents of messages are never logged. */
  logMessageContent?: boolean;
  /** Connects by WebSocket without asking the server first. @default false */
  skipNegotiation?: boolean;
  /** Sends cookies, to other origins too. @default true */
  withCredentials?: boolean;
  /** Milliseconds for one HTTP request. @default 100000 */
  timeout?: number;
  /** A WebSocket class in place of the platform's. */
  WebSocket?: NonNullable<HttpConnectionOptions['WebSocket']>;
  /** An EventSource class in place of the platform's. */
  EventSource?: NonNullable<HttpConnectionOptions['EventSource']>;
}

/** In the order of their bits. */
const names: readonly TransportName[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];

/** The same options in the words of our own transports. */
export function toHttpConnectionOptions(options: IHttpConnectionOptions, logger: Logger): HttpConnectionOptions {
  const { httpClient, logger: ownLogger, logMessageContent: _, timeout, transport, ...same } = options;
  const transports = transportsOf(transport);
  return {
    ...same,
    logger: ownLogger === undefined ? logger : toLogger(ownLogger),
    ...(httpClient && { fetch: fetchThrough(httpClient) }),
    ...(transports && { transports }),
    // The factory's `this` is the options.
    ...(options.accessTokenFactory && { accessTokenFactory: () => options.accessTokenFactory?.() }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
  };
}

function transportsOf(transport: IHttpConnectionOptions['transport']): HttpConnectionOptions['transports'] {
  if (typeof transport === 'object') return names.map((name) => adaptTransport(name, transport));
  // Zero is "no preference", as in @microsoft/signalr.
  return transport ? names.filter((_, bit) => (transport & (1 << bit)) !== 0) : undefined;
}
