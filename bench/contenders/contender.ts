import type { Codec } from './codec.ts';

/** What a contender can do; a scenario runs those that can do what it needs. */
export type Capability = 'calls' | 'broadcast' | 'groups' | 'streams' | 'own client';

/** How frames travel: raw sockets of ours do the client's part of it. */
export type LinkKind = 'WebSockets' | 'ServerSentEvents' | 'LongPolling' | 'EngineIoPolling';

/** One row of the tables. */
export interface Contender {
  readonly name: string;
  /** The server's module, a key of `servers`, or `aspnetcore`. */
  readonly server: ServerName;
  /** Handed to the server as JSON. */
  readonly serverOptions: Readonly<Record<string, unknown>>;
  readonly capabilities: readonly Capability[];
  readonly links: readonly LinkKind[];
  readonly codec: Codec;
  /** Used in place of `codec` for everything but calls, where a plain echo knows no more. */
  readonly roomCodec?: Codec;
  /** The packages whose versions are told with the results. */
  readonly packages: readonly string[];
  /** Its own client, loaded when needed. */
  readonly client?: () => Promise<ConnectClient>;
}

export type ServerName =
  | 'bare-ws'
  | 'hubwire'
  | 'socket-io'
  | 'rpc-websockets'
  | 'socketcluster'
  | 'faye'
  | 'aspnetcore';

/** What a server module exports. */
export interface StartedServer {
  readonly port: number;
  close(): Promise<void>;
}

export type StartServer = (options: Readonly<Record<string, unknown>>) => Promise<StartedServer>;

/** A contender's own client behind the two calls that the end-to-end scenarios make. */
export interface OwnClient {
  echo(text: string): Promise<string>;
  close(): Promise<void>;
}

export type ConnectClient = (port: number) => Promise<OwnClient>;
