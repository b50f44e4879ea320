import { useEffect, useMemo } from 'react';
import type { HubConnection } from '../index.ts';
import { Lease } from './lease.ts';

/**
 * A connection that lives as long as the component: started once it is mounted, stopped when it is unmounted, and
 * replaced when one of `deps` changes. A failed start shows in `useHubState`.
 *
 * `create` only builds the connection. Handlers that components add with `useHubEvent` in the same commit are there
 * before it starts.
 *
 * @example
 * const chat = useHub(() => createHubConnection<ChatHub>('/chat'));
 */
export function useHub<THub, TClient>(
  create: () => HubConnection<THub, TClient>,
  deps: readonly unknown[] = [],
): HubConnection<THub, TClient> {
  const { connection, lease } = useMemo(() => {
    const connection = create();
    return { connection, lease: new Lease(lifeOf(connection)) };
  }, deps);
  useEffect(() => lease.take(), [lease]);
  return connection;
}

function lifeOf(connection: Pick<HubConnection, 'state' | 'start' | 'stop'>): { begin(): void; end(): void } {
  let isWanted = false;
  const start = async (): Promise<void> => {
    if (connection.state === 'Disconnecting') await connection.stop();
    if (isWanted && connection.state === 'Disconnected') await connection.start();
  };
  return {
    begin() {
      isWanted = true;
      // Why it failed is part of the connection's status.
      start().catch(() => {});
    },
    end() {
      isWanted = false;
      void connection.stop();
    },
  };
}
