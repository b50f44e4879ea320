import type { Logger } from '@hubwire/transports';
import type { ClientTransport, HttpConnectionOptions, TransportName } from '@hubwire/transports/client';
import { fetchThrough, type HttpClient } from './http-client.ts';
import { toLogger, type ILogger, type LogLevel } from './logging.ts';
import type { ITransport } from './transport-adapter.ts';

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
  WebSocket?: HttpConnectionOptions['WebSocket'];
  /** An EventSource class in place of the platform's. */
  EventSource?: HttpConnectionOptions['EventSource'];
}

const names: readonly TransportName[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];

/** The same options in the words of our own transports. */
export function toHttpConnectionOptions(options: IHttpConnectionOptions, logger: Logger): HttpConnectionOptions {
  const { headers, httpClient, transport, skipNegotiation, withCredentials, timeout } = options;
  const transports = transportsOf(transport);
  return {
    logger: options.logger === undefined ? logger : toLogger(options.logger),
    ...(headers !== undefined && { headers }),
    ...(httpClient !== undefined && { fetch: fetchThrough(httpClient) }),
    ...(transports !== undefined && { transports }),
    ...(options.accessTokenFactory !== undefined && { accessTokenFactory: () => options.accessTokenFactory?.() }),
    ...(skipNegotiation !== undefined && { skipNegotiation }),
    ...(withCredentials !== undefined && { withCredentials }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(options.WebSocket !== undefined && { WebSocket: options.WebSocket }),
    ...(options.EventSource !== undefined && { EventSource: options.EventSource }),
  };
}

function transportsOf(transport: IHttpConnectionOptions['transport']): HttpConnectionOptions['transports'] {
  if (typeof transport === 'object') return names.map((name) => transportThrough(name, transport));
  // Zero is "no preference", as in @microsoft/signalr.
  if (!transport) return undefined;
  return names.filter((name) => (HttpTransportType[name] & transport) !== 0);
}

/** Takes the place of whatever the server offers. Loaded when it is used: hardly anybody has a transport of his own. */
function transportThrough(name: TransportName, transport: ITransport): ClientTransport {
  return {
    name,
    transferFormats: ['Text', 'Binary'],
    async connect(request) {
      const { connectThrough } = await import('./transport-adapter.ts');
      return connectThrough(transport, request);
    },
  };
}
