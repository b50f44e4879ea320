import type { ClientHandlers, HubInvoker, HubSender, HubStreamer } from '@hubwire/hub-protocol';

/** The three kinds of call, each a function and a proxy. */
export interface HubCalls<THub> {
  /** Calls a method and waits for its result: `invoke.send('hello')` or `invoke('send', 'hello')`. */
  readonly invoke: HubInvoker<THub>;
  /** Calls a method without asking for an answer; resolves when the transport has room for more. */
  readonly send: HubSender<THub>;
  /** Calls a method that answers with a stream: read it with `for await` or `subscribe`. */
  readonly stream: HubStreamer<THub>;
}

/** Names of the methods that the server may call. */
export type HandlerName<TClient> = keyof ClientHandlers<TClient> & string;

/** Takes every call of the server: the method's name and the arguments as they came. */
export type AnyHandler = (target: string, args: readonly unknown[]) => void;
