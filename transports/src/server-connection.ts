import type { IncomingHttpHeaders } from 'node:http';
import type { Connection } from './connection.ts';

/** The HTTP request that opened a connection, copied so that the request itself can be freed. */
export interface ConnectionRequest {
  readonly method: string;
  /** Path and query as received, without `id` and `access_token`. */
  readonly url: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly remoteAddress: string | undefined;
}

/** A connection as the server sees it. */
export interface ServerConnection extends Connection {
  /** The WebSocket upgrade, the request for the event stream, or the first poll; not the one that negotiated. */
  readonly request: ConnectionRequest;
  /** What `authenticate` returned for the negotiate request (or the first one when there was none). */
  readonly user: unknown;
  /** `true` when the connection may be bare: a WebSocket opened without negotiate. */
  readonly isBare: boolean;
}
