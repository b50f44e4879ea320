import type { ConnectionRequest } from '@hubwire/transports/server';

/** What a hub knows of the connection that calls it. */
export interface HubCallerContext {
  /** Public identifier of the connection. */
  readonly connectionId: string;
  /** Whom the connection belongs to; `undefined` for anonymous ones. */
  readonly userIdentifier: string | undefined;
  /** What `authenticate` returned. */
  readonly user: unknown;
  /** The transport's name, such as `WebSockets`. */
  readonly transport: string;
  /** The HTTP request that opened the connection; `undefined` when none did (in-memory connections). */
  readonly request: ConnectionRequest | undefined;
  /** Values that live as long as the connection. */
  readonly items: Map<unknown, unknown>;
  /** Aborted when the connection ends. */
  readonly aborted: AbortSignal;
  /** Ends the connection; clients with automatic reconnect stay away. */
  abort(): void;
}
