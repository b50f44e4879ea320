import { createContext, createElement, useContext, type ReactNode } from 'react';
import type { DynamicContract, HubClientOf, HubConnection } from '../index.ts';

export interface HubProviderProps<THub, TClient> {
  readonly connection: HubConnection<THub, TClient>;
  readonly children?: ReactNode;
}

/** A component that hands a connection down, and the hook by which the components below take it. */
export type HubContext<THub, TClient> = readonly [
  HubProvider: (props: HubProviderProps<THub, TClient>) => ReactNode,
  /** Throws outside of the provider. */
  useConnection: () => HubConnection<THub, TClient>,
];

/**
 * Makes the context of one kind of hub, once, outside of components.
 *
 * @example
 * export const [ChatProvider, useChat] = createHubContext<ChatHub>();
 */
export function createHubContext<THub = DynamicContract, TClient = HubClientOf<THub>>(): HubContext<THub, TClient> {
  const context = createContext<HubConnection<THub, TClient> | undefined>(undefined);
  const HubProvider = ({ connection, children }: HubProviderProps<THub, TClient>): ReactNode =>
    createElement(context.Provider, { value: connection }, children);
  const useConnection = (): HubConnection<THub, TClient> => {
    const connection = useContext(context);
    if (connection === undefined) throw new Error('There is no HubProvider of this context above this component.');
    return connection;
  };
  return [HubProvider, useConnection];
}
