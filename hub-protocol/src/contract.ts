import type { Subscribable } from './peer/stream-source.ts';

/** Key of the type that says what a hub may call on its clients; there is nothing behind it at run time. */
export declare const hubClient: unique symbol;

/** Names that a hub class inherits and that no client can call. */
export type HubBaseMember = 'context' | 'clients' | 'groups' | 'onConnected' | 'onDisconnected';

/** The contract of a hub, or of clients, of which nothing is known: every name may be called with anything. */
// oxlint-disable-next-line no-explicit-any -- what is not declared is not checked, as in @microsoft/signalr
export type DynamicContract = Record<string, (...args: any[]) => any>;

/** What can be passed for a stream parameter. Arrays, maps and sets are data and not among them. */
export type StreamArgument<T> = AsyncIterable<T> | IterableIterator<T> | ReadableStream<T> | Subscribable<T>;

/** A stream as its receiver reads it: with `for await`, or with `subscribe`. */
export interface HubStreamResult<T> extends AsyncIterable<T, undefined> {
  subscribe(subscriber: { closed?: boolean; next(value: T): void; error(error: unknown): void; complete(): void }): {
    dispose(): void;
  };
}

/**
 * The methods of a hub as its clients see them, from the type of its class or from an interface: a last parameter of
 * type `AbortSignal` is gone, stream parameters take any `StreamArgument`. Of an overloaded method the last signature
 * counts, type parameters become `unknown`.
 */
export type HubMethods<THub> = {
  readonly [TName in keyof THub as MethodName<THub, TName>]-?: NonNullable<THub[TName]> extends (
    ...args: infer TArgs
  ) => infer TResult
    ? ClientFunction<ClientArguments<TArgs>, TResult>
    : never;
};

/** `invoke.send('hello')` and `invoke('send', 'hello')`: calls that await one result. Methods that stream are not here. */
export type HubInvoker<THub> = string extends keyof THub ? DynamicInvoker : CallByName<HubInvokeMethods<THub>>;

/** `send.send('hello')` and `send('send', 'hello')`: calls without an answer, settled when they are on their way. */
export type HubSender<THub> = string extends keyof THub ? DynamicSender : CallByName<HubSendMethods<THub>>;

/** `stream.countdown(10)` and `stream('countdown', 10)`: calls of the methods that stream. */
export type HubStreamer<THub> = string extends keyof THub ? DynamicStreamer : CallByName<HubStreamMethods<THub>>;

export type HubInvokeMethods<THub> = {
  readonly [TName in keyof THub as PlainName<THub, TName>]-?: NonNullable<THub[TName]> extends (
    ...args: infer TArgs
  ) => infer TResult
    ? ClientFunction<ClientArguments<TArgs>, Promise<Awaited<TResult>>>
    : never;
};

export type HubSendMethods<THub> = {
  readonly [TName in keyof THub as PlainName<THub, TName>]-?: NonNullable<THub[TName]> extends (
    ...args: infer TArgs
  ) => unknown
    ? ClientFunction<ClientArguments<TArgs>, Promise<void>>
    : never;
};

export type HubStreamMethods<THub> = {
  readonly [TName in keyof THub as StreamName<THub, TName>]-?: NonNullable<THub[TName]> extends (
    ...args: infer TArgs
  ) => infer TResult
    ? ClientFunction<ClientArguments<TArgs>, HubStreamResult<StreamItem<StreamPart<Awaited<TResult>>>>>
    : never;
};

/** What a hub may call on its clients, as its class says: `ChatClient` of `ChatHub extends Hub<ChatClient>`. */
export type HubClientOf<THub> = typeof hubClient extends keyof THub
  ? Exclude<THub[typeof hubClient], undefined>
  : DynamicContract;

/** The functions of a client that a hub may call. */
export type ClientMethods<TClient> = {
  readonly [
    TName in keyof TClient as TName extends string
      ? NonNullable<TClient[TName]> extends AnyFunction
        ? TName
        : never
      : never
  ]-?: NonNullable<TClient[TName]>;
};

/** What a client registers for a method that a hub calls; it may answer at once or later. */
export type ClientHandlers<TClient> = {
  readonly [TName in keyof ClientMethods<TClient>]: ClientMethods<TClient>[TName] extends (
    ...args: infer TArgs
  ) => infer TResult
    ? (...args: TArgs) => HandlerResult<TResult>
    : never;
};

type AnyFunction = (...args: never[]) => unknown;

type CallByName<TMethods> = (<TName extends keyof TMethods & string>(
  target: TName,
  ...args: ArgumentsOf<TMethods[TName]>
) => ResultOf<TMethods[TName]>) &
  TMethods;

type ArgumentsOf<T> = T extends (...args: infer TArgs) => unknown ? TArgs : never;
type ResultOf<T> = T extends (...args: never[]) => infer TResult ? TResult : never;

type IsAny<T> = 0 extends 1 & T ? true : false;

type MethodName<THub, TName> = TName extends string & keyof THub
  ? TName extends HubBaseMember
    ? never
    : NonNullable<THub[TName]> extends AnyFunction
      ? TName
      : never
  : never;

type PlainName<THub, TName extends keyof THub> =
  IsStream<ResultOf<NonNullable<THub[TName]>>> extends true ? never : MethodName<THub, TName>;

type StreamName<THub, TName extends keyof THub> =
  IsStream<ResultOf<NonNullable<THub[TName]>>> extends true ? MethodName<THub, TName> : never;

/** What is sent as a stream: iterators, and what is declared as no more than iterable, but no collection. */
type StreamLike = AsyncIterable<unknown> | ReadableStream<unknown> | IterableIterator<unknown>;

type IsStream<TResult> =
  IsAny<TResult> extends true ? false : [StreamPart<Awaited<TResult>>] extends [never] ? false : true;

type StreamPart<T> = T extends StreamLike ? T : T extends Iterable<unknown> ? IterableOnly<T> : never;
type IterableOnly<T> = keyof T extends typeof Symbol.iterator ? T : never;

type StreamItem<T> =
  T extends AsyncIterable<infer TItem>
    ? TItem
    : T extends ReadableStream<infer TItem>
      ? TItem
      : T extends Iterable<infer TItem>
        ? TItem
        : never;

/** Inferring the arguments once more makes hovers show them, not the type that computes them. */
type ClientFunction<TArgs, TResult> = TArgs extends infer TClientArgs extends readonly unknown[]
  ? (...args: TClientArgs) => TResult
  : never;

type ClientArguments<TArgs extends readonly unknown[]> = EachClientArgument<WithoutSignal<TArgs>>;

/** A mapped tuple keeps the names of parameters and which of them are optional. */
type EachClientArgument<TArgs extends readonly unknown[]> = { [TIndex in keyof TArgs]: ClientArgument<TArgs[TIndex]> };

type WithoutSignal<TArgs extends readonly unknown[]> =
  EndsWithSignal<Required<TArgs>> extends true
    ? TArgs extends readonly [...infer TRest, unknown]
      ? TRest
      : Required<TArgs> extends readonly [...infer TRest, unknown]
        ? OptionalAsIn<TRest, TArgs>
        : never
    : TArgs;

type EndsWithSignal<TArgs extends readonly unknown[]> = TArgs extends readonly [...unknown[], infer TLast]
  ? IsAny<TLast> extends true
    ? false
    : [Exclude<TLast, undefined>] extends [AbortSignal]
      ? [TLast] extends [undefined]
        ? false
        : true
      : false
  : false;

/** `TArgs` with those elements optional that are so in `TOriginal`; spreading slices of a tuple keeps its labels. */
type OptionalAsIn<TArgs extends readonly unknown[], TOriginal extends readonly unknown[]> =
  AfterRequired<TArgs, TOriginal> extends infer TTail extends readonly unknown[]
    ? TArgs extends readonly [...infer THead, ...TTail]
      ? [...THead, ...MayBeLeftOut<TTail>]
      : never
    : never;

/** `Partial` would refuse an explicit `undefined` under `exactOptionalPropertyTypes`; a parameter does not. */
type MayBeLeftOut<TArgs extends readonly unknown[]> = { [TIndex in keyof TArgs]?: TArgs[TIndex] | undefined };

type AfterRequired<
  TArgs extends readonly unknown[],
  TOriginal extends readonly unknown[],
> = TOriginal extends readonly [unknown, ...infer TOriginalRest]
  ? TArgs extends readonly [unknown, ...infer TRest]
    ? AfterRequired<TRest, TOriginalRest>
    : TArgs
  : TArgs;

type InputStream = AsyncIterable<unknown> | ReadableStream<unknown>;

/** Takes a union apart only when a stream is in it, so that the alias of any other type survives in hovers. */
type ClientArgument<T> =
  IsAny<T> extends true ? T : [Extract<T, InputStream>] extends [never] ? T : StreamArgumentOf<T>;

type StreamArgumentOf<T> =
  T extends AsyncIterable<infer TItem>
    ? StreamArgument<TItem>
    : T extends ReadableStream<infer TItem>
      ? StreamArgument<TItem>
      : T;

type HandlerResult<TResult> =
  IsAny<TResult> extends true
    ? TResult
    : [Awaited<TResult>] extends [void]
      ? void | Promise<void>
      : Awaited<TResult> | Promise<Awaited<TResult>>;

/* oxlint-disable no-explicit-any -- the signatures of @microsoft/signalr, for those who come from it */
// Properties are `any`, not functions: under `noUncheckedIndexedAccess` those might be `undefined`, and each call of a
// method would need a `!`.
interface DynamicInvoker {
  <TResult = any>(target: string, ...args: any[]): Promise<TResult>;
  readonly [target: string]: any;
}

interface DynamicSender {
  (target: string, ...args: any[]): Promise<void>;
  readonly [target: string]: any;
}

interface DynamicStreamer {
  <TItem = any>(target: string, ...args: any[]): HubStreamResult<TItem>;
  readonly [target: string]: any;
}
/* oxlint-enable no-explicit-any */
