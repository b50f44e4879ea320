import type { ClientMethods } from '@hubwire/hub-protocol';
import type { Audience } from '../backplane/audience.ts';
import type { ClientOutcome, HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { ClientResultOptions } from '../lifetime/hub-peer.ts';

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
    /** Limits the answers awaited through it. */
    withOptions(options: ClientResultOptions): Gathering<TClient>;
  };

/** One client: sends as to any audience, and `invoke` to await its results. A client method called `invoke` is hidden. */
export type SingleClientProxy<TClient> = Omit<ClientSendProxy<TClient>, Own> &
  Invoking<TClient> & {
    /** Limits the results awaited through it. */
    withOptions(options: ClientResultOptions): Invoking<TClient>;
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

export function clientProxy<TClient>({ lifetime, invoker }: ProxyParts, audience: Audience): ClientProxy<TClient> {
  return callProxy((target, args) => lifetime.send(audience, target, args), {
    get invokeAll() {
      return gather({});
    },
    withOptions: (options: ClientResultOptions) => ({ invokeAll: gather(options) }),
  });
  function gather(options: ClientResultOptions): ClientGatherProxy<TClient> {
    return callProxy((target, args) => invoker.invokeAll(audience, target, { arguments: args, options }));
  }
}

export function singleClientProxy<TClient>(
  { lifetime, invoker }: ProxyParts,
  connectionId: string,
): SingleClientProxy<TClient> {
  const audience: Audience = { kind: 'connections', connectionIds: [connectionId] };
  return callProxy((target, args) => lifetime.send(audience, target, args), {
    get invoke() {
      return invoke({});
    },
    withOptions: (options: ClientResultOptions) => ({ invoke: invoke(options) }),
  });
  function invoke(options: ClientResultOptions): ClientInvokeProxy<TClient> {
    return callProxy((target, args) => invoker.invoke(connectionId, target, { arguments: args, options }));
  }
}
