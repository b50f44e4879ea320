import type { ConnectionEndpoint } from '@hubwire/transports/server';
import type { HubConnectionHandler } from '../connection/hub-connection-handler.ts';
import { HubServerError } from '../errors.ts';
import type { HubHost } from './hub-host.ts';

/** A hub, as it is relieved of connections. */
export interface RelievedHub {
  readonly host: HubHost;
  readonly endpoint: ConnectionEndpoint;
}

/** A queue below it is what is on its way to a client that reads. */
const smallestQueueBytes = 16_384;

/**
 * Lets up to `count` connections go and returns how many. The first of these that finds any is all that is done, since
 * memory comes back only after it:
 *
 * 1. connections that were negotiated and never used, the oldest first;
 * 2. clients that do not read what waits for them, the largest queue first: they are cut off;
 * 3. the newest clients: they are told to come back, which another process may answer.
 */
export function shedConnections(hubs: readonly RelievedHub[], count: number): number {
  return dropUnused(hubs, count) || cutSlowest(hubs, count) || sendAwayNewest(hubs, count);
}

function dropUnused(hubs: readonly RelievedHub[], count: number): number {
  let total = 0;
  for (const { host, endpoint } of hubs) {
    const dropped = endpoint.dropUnused(count - total);
    for (let each = 0; each < dropped; each++) host.diagnostics.limitReached(limit);
    total += dropped;
  }
  return total;
}

function cutSlowest(hubs: readonly RelievedHub[], count: number): number {
  const slow = connectionsOf(hubs).filter(({ handler }) => handler.bufferedBytes >= smallestQueueBytes);
  const first = slow.toSorted((a, b) => b.handler.bufferedBytes - a.handler.bufferedBytes).slice(0, count);
  for (const { handler, host } of first) {
    host.diagnostics.limitReached(limit, handler.connectionId);
    handler.abort(new HubServerError('HUB_MEMORY_BUDGET'));
  }
  return first.length;
}

function sendAwayNewest(hubs: readonly RelievedHub[], count: number): number {
  const open = connectionsOf(hubs).filter(({ handler }) => handler.isOpen);
  const newest = open.toSorted((a, b) => b.handler.openedMs - a.handler.openedMs).slice(0, count);
  for (const { handler, host } of newest) {
    host.diagnostics.limitReached(limit, handler.connectionId);
    handler.close({ allowReconnect: true }, new HubServerError('HUB_MEMORY_BUDGET'));
  }
  return newest.length;
}

const limit = 'memoryBudget';

interface HostedConnection {
  readonly host: HubHost;
  readonly handler: HubConnectionHandler;
}

function connectionsOf(hubs: readonly RelievedHub[]): HostedConnection[] {
  return hubs.flatMap(({ host }) => Array.from(host.connections, (handler) => ({ host, handler })));
}
