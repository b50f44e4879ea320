import type { ConnectionRequest } from '@hubwire/transports/server';

/** What an application says of the types of its callers: `Hub<ChatClient, { user: Member; items: ChatItems }>`. */
export interface HubCallerTypes {
  /** What `authenticate` returns; nothing at run time makes sure of it. @default unknown */
  readonly user?: unknown;
  /** The keys of `context.items`, each with the type of its value. @default any key, with unknown values */
  readonly items?: object;
}

/** A `Map` of which each key has a type of its own, as the properties of `TItems` say. */
export interface HubItems<TItems extends object> extends Map<keyof TItems, TItems[keyof TItems]> {
  get<TKey extends keyof TItems>(key: TKey): TItems[TKey] | undefined;
  set<TKey extends keyof TItems>(key: TKey, value: TItems[TKey]): this;
}

/** What a hub knows of the connection that calls it. */
export interface HubCallerContext<TCaller extends HubCallerTypes = HubCallerTypes> {
  /** Public identifier of the connection. */
  readonly connectionId: string;
  /** Whom the connection belongs to; `undefined` for anonymous ones. */
  readonly userIdentifier: string | undefined;
  /** What `authenticate` returned. */
  readonly user: TCaller['user'];
  /** The transport's name, such as `WebSockets`. */
  readonly transport: string;
  /** The HTTP request that opened the connection; `undefined` when none did (in-memory connections). */
  readonly request: ConnectionRequest | undefined;
  /** Values that live as long as the connection. */
  readonly items: ItemsOf<TCaller>;
  /** Aborted when the connection ends. */
  readonly aborted: AbortSignal;
  /** Ends the connection; clients with automatic reconnect stay away. */
  abort(): void;
}

type ItemsOf<TCaller> = TCaller extends { readonly items: infer TItems extends object }
  ? HubItems<TItems>
  : Map<unknown, unknown>;
