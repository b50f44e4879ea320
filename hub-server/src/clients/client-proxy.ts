import type { ClientMethods } from '@hubwire/hub-protocol';
import type { Audience } from '../backplane/audience.ts';
import type { ClientOutcome, HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { ClientCallOptions } from '../lifetime/hub-peer.ts';
import { requireSlowConsumerPolicy } from '../slow-consumer-policy.ts';

type Arguments<T> = T extends (...args: infer TArgs) => unknown ? TArgs : never;
type Result<T> = T extends (...args: never[]) => infer TResult ? Awaited<TResult> : never;

/** Calls a method of every client of an audience; the promise settles when the message is queued, not when it is read. */
export type ClientSendProxy<TClient> = {
  readonly [TName in keyof ClientMethods<TClient>]: (...args: Arguments<TClient[TName]>) => Promise<void>;
};

/** Calls a method of one client and gives what the client returned. */
export type ClientInvokeProxy<TClient> = {
  readonly [TName in keyof ClientMethods<TClient>]: (
    ...args: Arguments<TClient[TName]>
  ) => Promise<Result<TClient[TName]>>;
};

/** Calls a method of every client of an audience and gives what became of each call. */
export type ClientGatherProxy<TClient> = {
  readonly [TName in keyof ClientMethods<TClient>]: (
    ...args: Arguments<TClient[TName]>
  ) => Promise<readonly ClientOutcome<Result<TClient[TName]>>[]>;
};

type Own = 'invoke' | 'invokeAll' | 'withOptions';

interface Gathering<TClient> {
  /**
   * Calls the method on every connection of the audience in this process and waits for all answers, at most for
   * `gatherTimeoutMs`. It never rejects for what a client does: each connection has an outcome of its own.
   */
  readonly invokeAll: ClientGatherProxy<TClient>;
}

interface Invoking<TClient> {
  /** Calls the method and awaits what the client returns; rejects with a `HubException` when the client throws. */
  readonly invoke: ClientInvokeProxy<TClient>;
}

/** The clients of an audience. Client methods called `invokeAll` or `withOptions` are hidden. */
export type ClientProxy<TClient> = Omit<ClientSendProxy<TClient>, Own> &
  Gathering<TClient> & {
    /**
     * The same clients, called in another way: what becomes of sends when one of them is slow, and limits of what is
     * awaited. Throws `HUB_INVALID_OPTION`.
     */
    withOptions(options: ClientCallOptions): ClientProxy<TClient>;
  };

/** One client: sends as to any audience, and `invoke` to await its results. A client method called `invoke` is hidden. */
export type SingleClientProxy<TClient> = Omit<ClientSendProxy<TClient>, Own> &
  Invoking<TClient> & {
    /**
     * The same client, called in another way: what becomes of sends when it is slow, and limits of what is awaited.
     * Throws `HUB_INVALID_OPTION`.
     */
    withOptions(options: ClientCallOptions): SingleClientProxy<TClient>;
  };

type Call = (target: string, args: readonly unknown[]) => Promise<unknown>;

/** Awaits client results on behalf of one hub invocation. */
export interface ClientInvoker {
  invoke: HubLifetimeManager['invoke'];
  invokeAll: HubLifetimeManager['invokeAll'];
}

/** A proxy whose every property is a function that makes `call`. It is no promise: `then` is not a method. */
function callProxy<T>(call: Call, own: Readonly<Record<string, unknown>> = {}): T {
  return new Proxy(own, {
    get(target, name) {
      if (typeof name === 'symbol' || name === 'then') return undefined;
      if (Object.hasOwn(target, name)) return target[name];
      return (...args: unknown[]) => call(name, args);
    },
  }) as T;
}

/** What proxies send and invoke through. */
export interface ProxyParts {
  readonly lifetime: HubLifetimeManager;
  readonly invoker: ClientInvoker;
}

const noOptions: ClientCallOptions = {};

export function clientProxy<TClient>(
  parts: ProxyParts,
  audience: Audience,
  options: ClientCallOptions = noOptions,
): ClientProxy<TClient> {
  const { lifetime, invoker } = parts;
  return callProxy((target, args) => lifetime.send(audience, target, { arguments: args, options }), {
    get invokeAll(): ClientGatherProxy<TClient> {
      return callProxy((target, args) => invoker.invokeAll(audience, target, { arguments: args, options }));
    },
    withOptions: (more: ClientCallOptions) => clientProxy(parts, audience, merge(options, more)),
  });
}

export function singleClientProxy<TClient>(
  parts: ProxyParts,
  connectionId: string,
  options: ClientCallOptions = noOptions,
): SingleClientProxy<TClient> {
  const { lifetime, invoker } = parts;
  const audience: Audience = { kind: 'connections', connectionIds: [connectionId] };
  return callProxy((target, args) => lifetime.send(audience, target, { arguments: args, options }), {
    get invoke(): ClientInvokeProxy<TClient> {
      return callProxy((target, args) => invoker.invoke(connectionId, target, { arguments: args, options }));
    },
    withOptions: (more: ClientCallOptions) => singleClientProxy(parts, connectionId, merge(options, more)),
  });
}

function merge(options: ClientCallOptions, more: ClientCallOptions): ClientCallOptions {
  if (more.slowConsumer !== undefined) requireSlowConsumerPolicy('slowConsumer', more.slowConsumer);
  return { ...options, ...more };
}
