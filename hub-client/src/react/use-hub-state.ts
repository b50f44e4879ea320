import { useCallback, useSyncExternalStore } from 'react';
import type { ConnectionStatus } from '../index.ts';
import { statusStoreOf, type AnyConnection } from './status-store.ts';

const onTheServer: ConnectionStatus = { name: 'disconnected', error: undefined };

/** Where a connection is now, as its `status()` tells it; renders again when that changes. */
export function useHubState(connection: AnyConnection): ConnectionStatus {
  const subscribe = useCallback((onChange: () => void) => statusStoreOf(connection).subscribe(onChange), [connection]);
  return useSyncExternalStore(
    subscribe,
    () => statusStoreOf(connection).current,
    () => onTheServer,
  );
}
