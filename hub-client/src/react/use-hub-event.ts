import { useEffect, useInsertionEffect, useRef } from 'react';
import type { ClientHandlers, HandlerName, HubConnection } from '../index.ts';

/**
 * Handles what the hub calls while the component is mounted. It is always the handler of the last render that runs, and
 * a new one does not subscribe anew. What it returns answers a hub that waits for a result.
 *
 * @example
 * useHubEvent(chat, 'messageReceived', (from, text) => setMessages((all) => [...all, { from, text }]));
 */
export function useHubEvent<THub, TClient, TName extends HandlerName<TClient>>(
  connection: HubConnection<THub, TClient>,
  methodName: TName,
  handler: ClientHandlers<TClient>[TName],
): void {
  const latest = useRef(handler);
  useInsertionEffect(() => {
    latest.current = handler;
  });
  useEffect(() => connection.on(methodName, callLatest(latest)), [connection, methodName]);
}

function callLatest<THandler>(latest: { readonly current: THandler }): THandler {
  const call = (...args: unknown[]): unknown => Reflect.apply(latest.current as () => unknown, undefined, args);
  return call as THandler;
}
