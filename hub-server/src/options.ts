import { JsonHubProtocol, type HubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { HubServerError } from './errors.ts';
import { resolveJsonRpcOptions, type JsonRpcOptions, type ResolvedJsonRpcOptions } from './json-rpc-options.ts';
import { requireHubSlowConsumerPolicy, type HubSlowConsumerPolicy } from './slow-consumer-policy.ts';

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
  /** Longest target, invocation id, stream id or group name, in UTF-16 code units; ids for the default `protocols`. @default 1024 */
  readonly maximumNameLength?: number;
  /** How many headers one message may have. @default 32 */
  readonly maximumHeaders?: number;
  /** How many plain calls of one connection may run at once. @default 1 */
  readonly maximumParallelInvocations?: number;
  /** How many calls of one connection may wait; beyond it the connection is not read. @default 100 */
  readonly maximumQueuedInvocations?: number;
  /** How many streams one connection may have open, both directions together. @default 100 */
  readonly maximumStreams?: number;
  /** How many groups one connection may be in. @default 1000 */
  readonly maximumGroups?: number;
  /** How many client results may be awaited of one connection. @default 1000 */
  readonly maximumPendingResults?: number;
  /** How long `invokeAll` waits for the clients' answers unless the call says otherwise, in milliseconds. @default 30000 */
  readonly gatherTimeoutMs?: number;
  /** How many items of each uploaded stream are buffered before the client is held back. @default 10 */
  readonly streamBufferItems?: number;
  /** How many bytes may wait to be sent to one connection, those in its transport included. @default 1048576 */
  readonly sendQueueBytes?: number;
  /** How many messages may wait for the transport of one connection. @default 10000 */
  readonly sendQueueMessages?: number;
  /** What becomes of calls of clients that do not keep up, unless a call says otherwise. @default 'disconnect' */
  readonly slowConsumerPolicy?: HubSlowConsumerPolicy;
  /** Whether callers see the type and text of every error, not only of a `HubException`. @default false */
  readonly enableDetailedErrors?: boolean;
  /** The encodings that clients may choose from. @default JSON and MessagePack */
  readonly protocols?: readonly HubProtocol[];
  /**
   * Also serves clients that open a WebSocket without negotiate and speak JSON-RPC 2.0 on it.
   * @default no JSON-RPC
   */
  readonly jsonRpc?: boolean | JsonRpcOptions;
  /** Whom a connection belongs to. @default the user's `id` or `sub`, when that is a string */
  readonly getUserId?: (user: unknown) => string | undefined;
}

export interface ResolvedHubConnectionOptions extends Readonly<Required<Omit<HubConnectionOptions, 'jsonRpc'>>> {
  readonly jsonRpc: ResolvedJsonRpcOptions | undefined;
}

export const hubConnectionDefaults = {
  handshakeTimeoutMs: 15_000,
  keepAliveIntervalMs: 15_000,
  clientTimeoutMs: 30_000,
  maximumReceiveMessageBytes: 32_768,
  maximumDepth: 64,
  maximumNameLength: 1_024,
  maximumHeaders: 32,
  maximumParallelInvocations: 1,
  maximumQueuedInvocations: 100,
  maximumStreams: 100,
  maximumGroups: 1_000,
  maximumPendingResults: 1_000,
  gatherTimeoutMs: 30_000,
  streamBufferItems: 10,
  sendQueueBytes: 1_048_576,
  sendQueueMessages: 10_000,
  slowConsumerPolicy: 'disconnect',
  enableDetailedErrors: false,
  getUserId: userIdOf,
} as const satisfies Omit<ResolvedHubConnectionOptions, 'protocols' | 'jsonRpc'>;

/** Options whose value may be `Infinity`, which turns the limit off. */
const unlimited: ReadonlySet<string> = new Set([
  'handshakeTimeoutMs',
  'keepAliveIntervalMs',
  'clientTimeoutMs',
  'maximumParallelInvocations',
  'maximumQueuedInvocations',
  'maximumStreams',
  'maximumGroups',
  'maximumPendingResults',
  'gatherTimeoutMs',
  'sendQueueBytes',
  'sendQueueMessages',
]);

/** Fills in the defaults; throws `HUB_INVALID_OPTION` naming the option. */
export function resolveHubConnectionOptions(options: HubConnectionOptions): ResolvedHubConnectionOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const known = { ...hubConnectionDefaults, ...(given as HubConnectionOptions) };
  for (const [name, standard] of Object.entries(hubConnectionDefaults)) {
    if (name === 'slowConsumerPolicy') continue;
    checkOption(name, known[name as keyof typeof hubConnectionDefaults], typeof standard);
  }
  requireHubSlowConsumerPolicy(known.slowConsumerPolicy);
  if (known.clientTimeoutMs <= known.keepAliveIntervalMs && known.clientTimeoutMs !== Infinity) {
    throw invalid('clientTimeoutMs must be greater than keepAliveIntervalMs: clients ping as often as servers.');
  }
  const { maximumDepth, maximumNameLength } = known;
  const limits = { maximumDepth, maximumNameLength };
  const { protocols = [new JsonHubProtocol(limits), new MessagePackHubProtocol(limits)] } = known;
  checkProtocols(protocols);
  return Object.freeze({ ...known, protocols, jsonRpc: resolveJsonRpcOptions(known.jsonRpc, known) });
}

function checkOption(name: string, value: unknown, type: string): void {
  if (typeof value !== type) throw invalid(`${name} must be a ${type}.`);
  if (typeof value !== 'number') return;
  const isFinite = name.endsWith('Ms') ? value > 0 && value < Infinity : Number.isSafeInteger(value) && value > 0;
  if (isFinite || (value === Infinity && unlimited.has(name))) return;
  throw invalid(`${name} must be ${name.endsWith('Ms') ? 'a number' : 'a whole number'} greater than zero.`);
}

function checkProtocols(protocols: readonly HubProtocol[]): void {
  if (!Array.isArray(protocols) || protocols.length === 0) throw invalid('protocols must hold at least one protocol.');
  const names = protocols.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid('protocols must not hold two of the same name.');
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
