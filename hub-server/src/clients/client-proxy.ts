import type { Audience } from '../backplane/audience.ts';
import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { ClientResultOptions } from '../lifetime/hub-peer.ts';

type ClientFunction = (...args: never[]) => unknown;

/** What a hub may call on clients when it names no interface: anything. */
export type DynamicClient = Record<string, (...args: unknown[]) => unknown>;

/** Calls a method of every client of an audience; the promise settles when the message is queued, not when it is read. */
export type ClientProxy<TClient> = {
  readonly [TName in keyof TClient as TClient[TName] extends ClientFunction ? TName : never]: TClient[TName] extends (
    ...args: infer TArgs
  ) => unknown
    ? (...args: TArgs) => Promise<void>
    : never;
};

/** Calls a method of one client and gives what the client returned. */
export type ClientInvokeProxy<TClient> = {
  readonly [TName in keyof TClient as TClient[TName] extends ClientFunction ? TName : never]: TClient[TName] extends (
    ...args: infer TArgs
  ) => infer TResult
    ? (...args: TArgs) => Promise<Awaited<TResult>>
    : never;
};

/** One client: sends as to any audience, and `invoke` to await its results. A client method called `invoke` is hidden. */
export type SingleClientProxy<TClient> = Omit<ClientProxy<TClient>, 'invoke' | 'withOptions'> & {
  readonly invoke: ClientInvokeProxy<TClient>;
  /** Limits the results awaited through it. */
  withOptions(options: ClientResultOptions): { readonly invoke: ClientInvokeProxy<TClient> };
};

type Call = (target: string, args: readonly unknown[]) => Promise<unknown>;

/** Awaits a client result on behalf of one hub invocation. */
export type InvokeClient = (
  connectionId: string,
  target: string,
  call: { readonly arguments: readonly unknown[]; readonly options: ClientResultOptions },
) => Promise<unknown>;

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

export function clientProxy<TClient>(lifetime: HubLifetimeManager, audience: Audience): ClientProxy<TClient> {
  return callProxy((target, args) => lifetime.send(audience, target, args));
}

export function singleClientProxy<TClient>(
  lifetime: HubLifetimeManager,
  connectionId: string,
  invokeClient: InvokeClient,
): SingleClientProxy<TClient> {
  const audience: Audience = { kind: 'connections', connectionIds: [connectionId] };
  const withOptions = (options: ClientResultOptions): { readonly invoke: ClientInvokeProxy<TClient> } => ({
    invoke: callProxy((target, args) => invokeClient(connectionId, target, { arguments: args, options })),
  });
  const { invoke } = withOptions({});
  return callProxy((target, args) => lifetime.send(audience, target, args), { invoke, withOptions });
}
