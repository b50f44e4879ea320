import { nullLogger, type Logger } from '@hubwire/transports';
import { connectionEndpointDefaults, type ConnectionEndpointOptions } from '@hubwire/transports/server';
import type { ContainerIdentifier, HubContainer } from '../activation/hub-container.ts';
import type { Backplane } from '../backplane/backplane.ts';
import type { HubFilter } from '../dispatch/hub-filter.ts';
import { HubServerError } from '../errors.ts';
import type { OutboundFilter } from '../lifetime/outbound-filter.ts';
import {
  hubConnectionDefaults,
  resolveHubConnectionOptions,
  type HubConnectionOptions,
  type ResolvedHubConnectionOptions,
} from '../options.ts';
import {
  resolveMemoryBudget,
  type MemoryBudgetOptions,
  type ResolvedMemoryBudgetOptions,
} from './memory-budget-options.ts';

/** A filter, or what the container knows one by: it is then asked for at every call. */
export type HubFilterOption = HubFilter | ContainerIdentifier;

/** Options of one hub; they win over those of its server. */
export interface HubOptions extends HubConnectionOptions, Omit<ConnectionEndpointOptions, 'logger' | 'observer'> {
  /** Filters, the outermost first; those of the server stand around those of the hub. @default none */
  readonly filters?: readonly HubFilterOption[];
  /** Decides for each client what of the hub's calls it gets. @default everything */
  readonly outboundFilter?: OutboundFilter;
}

/** Options of a hub server, and defaults for its hubs. */
export interface HubServerOptions extends HubOptions {
  /** Makes the hubs: an inversify `Container`. @default hubs are made with `new` */
  readonly container?: HubContainer;
  /** @default nothing is logged */
  readonly logger?: Logger;
  /** Joins this server to others. @default none: one process */
  readonly backplane?: Backplane;
  /** How long `close()` lets clients take what is on its way before it cuts them off, in milliseconds. @default 5000 */
  readonly closeTimeoutMs?: number;
  /** Lets go of connections when the process holds too much memory. @default none */
  readonly memoryBudget?: MemoryBudgetOptions;
}

export const hubServerDefaults = {
  closeTimeoutMs: 5_000,
} as const satisfies HubServerOptions;

export type ResolvedHubServerOptions = HubServerOptions &
  Required<Pick<HubServerOptions, keyof typeof hubServerDefaults>> & {
    readonly memoryBudget?: ResolvedMemoryBudgetOptions;
  };

/** Fills in the defaults of what concerns the server alone; throws `HUB_INVALID_OPTION`. */
export function resolveHubServerOptions(options: HubServerOptions): ResolvedHubServerOptions {
  const closeTimeoutMs = options.closeTimeoutMs ?? hubServerDefaults.closeTimeoutMs;
  if (!(closeTimeoutMs > 0))
    throw new HubServerError('HUB_INVALID_OPTION', 'closeTimeoutMs must be greater than zero.');
  const { memoryBudget, ...others } = options;
  return { ...others, closeTimeoutMs, ...(memoryBudget && { memoryBudget: resolveMemoryBudget(memoryBudget) }) };
}

/** What one hub is served with. */
export interface ResolvedHubOptions {
  readonly connection: ResolvedHubConnectionOptions;
  readonly endpoint: ConnectionEndpointOptions;
  readonly filters: readonly HubFilterOption[];
  readonly outboundFilter: OutboundFilter | undefined;
  readonly container: HubContainer | undefined;
  readonly backplane: Backplane | undefined;
  readonly logger: Logger;
}

/** Merges a hub's options over its server's over the defaults; throws `HUB_INVALID_OPTION` naming the option. */
export function resolveHubOptions(server: HubServerOptions, hub: HubOptions): ResolvedHubOptions {
  const { container, backplane, logger = nullLogger, filters: outer = [], ...rest } = server;
  const { outboundFilter: _filter, closeTimeoutMs: _timeout, memoryBudget: _budget, ...shared } = rest;
  const { filters: inner = [], outboundFilter = server.outboundFilter, ...own } = hub;
  for (const name of ['container', 'backplane', 'logger', 'closeTimeoutMs', 'memoryBudget']) {
    if (name in own)
      throw new HubServerError('HUB_INVALID_OPTION', `${name} is an option of the server, not of one hub.`);
  }
  const connection: Record<string, unknown> = {};
  const endpoint: Record<string, unknown> = { logger };
  for (const [name, value] of [...entriesOf(shared), ...entriesOf(own)]) {
    if (name in hubConnectionDefaults || name === 'protocols' || name === 'jsonRpc') connection[name] = value;
    else endpoint[name] = value;
  }
  const resolved = resolveHubConnectionOptions(connection);
  return Object.freeze({
    connection: resolved,
    endpoint: { ...endpoint, ...smallerBuffer(endpoint, resolved.sendQueueBytes) },
    filters: [...outer, ...inner],
    outboundFilter,
    container,
    backplane,
    logger,
  });
}

/** A transport that could take a whole queue would never say that it is full, and policies have nothing to act on. */
function smallerBuffer(
  { sendBufferBytes = connectionEndpointDefaults.sendBufferBytes }: ConnectionEndpointOptions,
  sendQueueBytes: number,
): Pick<ConnectionEndpointOptions, 'sendBufferBytes'> {
  const largest = Math.max(1, Math.floor(sendQueueBytes / 4));
  return sendBufferBytes > largest ? { sendBufferBytes: largest } : {};
}

function entriesOf(options: object): readonly (readonly [string, unknown])[] {
  return Object.entries(options).filter(([, value]) => value !== undefined);
}
