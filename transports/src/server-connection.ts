import type { ConnectionRequest } from './connection-request.ts';
import type { Connection } from './connection.ts';

export type { ConnectionRequest };

/** A connection as the server sees it. */
export interface ServerConnection extends Connection {
  /** The WebSocket upgrade, the request for the event stream, or the first poll; not the one that negotiated. */
  readonly request: ConnectionRequest;
  /** What `authenticate` returned for the negotiate request (or the first one when there was none). */
  readonly user: unknown;
  /** `true` when the connection may be bare: a WebSocket opened without negotiate. */
  readonly isBare: boolean;
}
