import { JsonHubProtocol, type HubProtocol } from '@hubwire/hub-protocol';
import { nullLogger, type Logger } from '@hubwire/transports';
import type { ConnectionEndpointOptions } from '@hubwire/transports/server';
import type { HubContainer } from './activation/container-hub-activator.ts';
import type { Backplane } from './backplane/backplane.ts';
import { HubServerError } from './errors.ts';

/** How the connections of a hub are served, above their transport. */
export interface HubConnectionOptions {
  /** The client's handshake must be complete by then, in milliseconds. @default 15000 */
  readonly handshakeTimeoutMs?: number;
  /** A ping is sent when nothing else was for so long, in milliseconds. @default 15000 */
  readonly keepAliveIntervalMs?: number;
  /** A client that was silent for so long is gone, in milliseconds. @default 30000 */
  readonly clientTimeoutMs?: number;
  /** The largest message taken from a client, in bytes, also while it is incomplete. @default 32768 */
  readonly maximumReceiveMessageBytes?: number;
  /** How deep decoded values may be nested; for the default `protocols`. @default 64 */
  readonly maximumDepth?: number;
  /** How many plain calls of one connection may run at once. @default 1 */
  readonly maximumParallelInvocations?: number;
  /** How many calls of one connection may wait; beyond it the connection is not read. @default 100 */
  readonly maximumQueuedInvocations?: number;
  /** How many streams one connection may have open, both directions together. @default 100 */
  readonly maximumStreams?: number;
  /** How many client results may be awaited of one connection. @default 1000 */
  readonly maximumPendingResults?: number;
  /** How many items of each uploaded stream are buffered before the client is held back. @default 10 */
  readonly streamBufferItems?: number;
  /** How many bytes may wait to be sent to one connection; a slower client is disconnected. @default 1048576 */
  readonly sendQueueBytes?: number;
  /** Whether callers see the type and text of every error, not only of a `HubException`. @default false */
  readonly enableDetailedErrors?: boolean;
  /** The encodings that clients may choose from. @default JSON */
  readonly protocols?: readonly HubProtocol[];
  /** Whom a connection belongs to. @default the user's `id` or `sub`, when that is a string */
  readonly getUserId?: (user: unknown) => string | undefined;
}

/** Options of one hub; they win over those of its server. */
export interface HubOptions extends HubConnectionOptions, Omit<ConnectionEndpointOptions, 'logger'> {}

/** Options of a hub server, and defaults for its hubs. */
export interface HubServerOptions extends HubOptions {
  /** Makes the hubs: an inversify `Container`. @default hubs are made with `new` */
  readonly container?: HubContainer;
  /** @default nothing is logged */
  readonly logger?: Logger;
  /** Joins this server to others. @default none: one process */
  readonly backplane?: Backplane;
}

export type ResolvedHubConnectionOptions = Readonly<Required<HubConnectionOptions>>;

export const hubConnectionDefaults = {
  handshakeTimeoutMs: 15_000,
  keepAliveIntervalMs: 15_000,
  clientTimeoutMs: 30_000,
  maximumReceiveMessageBytes: 32_768,
  maximumDepth: 64,
  maximumParallelInvocations: 1,
  maximumQueuedInvocations: 100,
  maximumStreams: 100,
  maximumPendingResults: 1_000,
  streamBufferItems: 10,
  sendQueueBytes: 1_048_576,
  enableDetailedErrors: false,
  getUserId: userIdOf,
} as const satisfies Omit<ResolvedHubConnectionOptions, 'protocols'>;

/** What one hub is served with. */
export interface ResolvedHubOptions {
  readonly connection: ResolvedHubConnectionOptions;
  readonly endpoint: ConnectionEndpointOptions;
  readonly logger: Logger;
}

/** Merges a hub's options over its server's over the defaults; throws `HUB_INVALID_OPTION` naming the option. */
export function resolveHubOptions(server: HubServerOptions, hub: HubOptions): ResolvedHubOptions {
  const { container: _container, backplane: _backplane, logger = nullLogger, ...shared } = server;
  const given = withoutUndefined({ ...withoutUndefined(shared), ...withoutUndefined(hub) });
  const known = { ...hubConnectionDefaults, ...given };
  const protocols = given.protocols ?? [new JsonHubProtocol({ maximumDepth: known.maximumDepth })];
  const connection: Record<string, unknown> = { protocols };
  const endpoint: Record<string, unknown> = { logger };
  for (const [name, value] of Object.entries(known)) {
    if (name in hubConnectionDefaults) connection[name] = value;
    else if (name !== 'protocols') endpoint[name] = value;
  }
  const resolved = { connection, endpoint, logger } as unknown as ResolvedHubOptions;
  validate(resolved.connection);
  return Object.freeze(resolved);
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function validate(options: ResolvedHubConnectionOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'number' && !(value > 0)) throw invalid(`${name} must be greater than zero.`);
    const standard: unknown = hubConnectionDefaults[name as keyof typeof hubConnectionDefaults];
    if (standard !== undefined && typeof value !== typeof standard)
      throw invalid(`${name} must be a ${typeof standard}.`);
  }
  if (options.protocols.length === 0) throw invalid('protocols must not be empty.');
  if (options.clientTimeoutMs <= options.keepAliveIntervalMs) {
    throw invalid('clientTimeoutMs must be greater than keepAliveIntervalMs: clients ping as often as servers.');
  }
}

function invalid(detail: string): HubServerError {
  return new HubServerError('HUB_INVALID_OPTION', detail);
}

function userIdOf(user: unknown): string | undefined {
  if (typeof user !== 'object' || user === null) return undefined;
  const { id, sub } = user as { readonly id?: unknown; readonly sub?: unknown };
  const first = id ?? sub;
  return typeof first === 'string' ? first : undefined;
}
