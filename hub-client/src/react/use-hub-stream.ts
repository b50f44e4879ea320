import { useMemo, useSyncExternalStore } from 'react';
import type { HubConnection, HubStreamer, HubStreamResult } from '../index.ts';
import { emptyStream, StreamStore, type HubStreamState } from './stream-store.ts';

export interface UseHubStreamOptions {
  /** How many of the latest items are kept in `items`. @default 1000 */
  readonly maximumItems?: number;
}

/**
 * Reads a stream of the hub while the component is mounted and the connection is there. It is cancelled on the server
 * when the component is unmounted or one of `deps` changes, and called again when the connection was lost before its end.
 *
 * @example
 * const { last, status } = useHubStream(chat, (stream) => stream.countdown(from), [from]);
 */
// oxlint-disable-next-line max-params -- dependencies come third in the hooks of React, and options are rare
export function useHubStream<THub, TClient, T>(
  connection: HubConnection<THub, TClient>,
  call: (stream: HubStreamer<THub>) => HubStreamResult<T>,
  deps: readonly unknown[] = [],
  { maximumItems = 1_000 }: UseHubStreamOptions = {},
): HubStreamState<T> {
  const store = useMemo(
    () => new StreamStore(connection, () => call(connection.stream), maximumItems),
    [connection, maximumItems, ...deps],
  );
  return useSyncExternalStore(
    store.subscribe,
    () => store.current,
    () => emptyStream,
  );
}
