/* oxlint-disable no-explicit-any, no-floating-promises -- `any` is what some tests are about; nothing here runs */
import { describe, expectTypeOf, it } from 'vitest';
import type {
  ClientHandlers,
  ClientMethods,
  DynamicContract,
  hubClient,
  HubClientOf,
  HubInvoker,
  HubMethods,
  HubSender,
  HubStreamer,
  HubStreamResult,
  StreamArgument,
} from './contract.ts';

declare abstract class Hub<TClient = DynamicContract> {
  readonly [hubClient]?: TClient;
  get context(): { readonly connectionId: string };
  get clients(): () => TClient;
  get groups(): object;
  onConnected(): void | Promise<void>;
  onDisconnected(error: Error | undefined): void | Promise<void>;
}

interface ChatClient {
  messageReceived(from: string, text: string): void;
  saved(): Promise<void>;
  confirm(question: string): boolean;
  choose(options: readonly string[]): Promise<number>;
  readonly version: number;
}

type Colour = 'red' | 'blue';

declare class BaseHub extends Hub<ChatClient> {
  inherited(room: string): number;
}

declare class ChatHub extends BaseHub {
  readonly title: string;
  #secret(): void;
  protected helper(): void;
  send(text: string): Promise<number>;
  paint(colour: Colour, at?: Date, ...more: string[]): void;
  find(text: string): string;
  find(id: number): Promise<Date>;
  echo<T>(value: T): T;
  anything(value: any): any;
  cancellable(text: string, signal: AbortSignal): Promise<void>;
  maybeCancellable(text: string, times?: number, signal?: AbortSignal): Promise<void>;
  onlySignal(signal?: AbortSignal): void;
  signalFirst(signal: AbortSignal, text: string): void;
  names(): Set<string>;
  list(): string[];
  text(): string;
  countdown(from: number, signal: AbortSignal): AsyncGenerator<number, void, undefined>;
  lines(): Generator<string>;
  words(): Iterable<string>;
  laterItems(): Promise<AsyncIterable<Date>>;
  bytes(): ReadableStream<Uint8Array>;
  endless(): AsyncGenerator<never>;
  maybeItems(): AsyncIterable<number> | undefined;
  upload(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number>;
  uploadWeb(chunks: ReadableStream<string>): void;
  uploadMaybe(chunks?: AsyncIterable<number>): void;
}

declare const invoke: HubInvoker<ChatHub>;
declare const send: HubSender<ChatHub>;
declare const stream: HubStreamer<ChatHub>;
declare const subject: { subscribe(observer: { next(value: Uint8Array): void; error(e: unknown): void }): object };

describe('HubMethods', () => {
  it('has the public methods, inherited ones too, and nothing of the base class', () => {
    expectTypeOf<keyof HubMethods<BaseHub>>().toEqualTypeOf<'inherited'>();
    type Names = keyof HubMethods<ChatHub>;
    expectTypeOf<'inherited' | 'send' | 'countdown' | 'upload'>().toExtend<Names>();
    expectTypeOf<Extract<Names, 'title' | 'helper' | 'context' | 'clients' | 'groups'>>().toBeNever();
    expectTypeOf<Extract<Names, 'onConnected' | 'onDisconnected' | symbol>>().toBeNever();
  });

  it('takes an interface as well as a class', () => {
    interface ChatServer {
      send(text: string): Promise<number>;
      optional?(text: string): void;
      property: (a: number) => string;
      version: number;
    }
    expectTypeOf<HubMethods<ChatServer>>().toEqualTypeOf<{
      readonly send: (text: string) => Promise<number>;
      readonly optional: (text: string) => void;
      readonly property: (a: number) => string;
    }>();
  });
});

describe('HubInvoker', () => {
  it('promises what the method returns', () => {
    expectTypeOf(invoke.send).toEqualTypeOf<(text: string) => Promise<number>>();
    expectTypeOf(invoke.inherited('lobby')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(invoke.names()).toEqualTypeOf<Promise<Set<string>>>();
    expectTypeOf(invoke.list()).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(invoke.text()).toEqualTypeOf<Promise<string>>();
    expectTypeOf(invoke.anything).toEqualTypeOf<(value: any) => Promise<any>>();
  });

  it('keeps optional and rest parameters', () => {
    expectTypeOf(invoke.paint).parameters.toEqualTypeOf<[colour: Colour, at?: Date | undefined, ...more: string[]]>();
    expectTypeOf(invoke.paint).returns.toEqualTypeOf<Promise<void>>();
  });

  it('drops the AbortSignal when it comes last, required or not', () => {
    expectTypeOf(invoke.cancellable).parameters.toEqualTypeOf<[text: string]>();
    expectTypeOf(invoke.maybeCancellable).parameters.toEqualTypeOf<[text: string, times?: number | undefined]>();
    expectTypeOf(invoke.onlySignal).parameters.toEqualTypeOf<[]>();
    expectTypeOf(invoke.signalFirst).parameters.toEqualTypeOf<[signal: AbortSignal, text: string]>();
  });

  it('sees the last signature of an overloaded method, and type parameters as unknown', () => {
    expectTypeOf(invoke.find).toEqualTypeOf<(id: number) => Promise<Date>>();
    expectTypeOf(invoke.echo).toEqualTypeOf<(value: unknown) => Promise<unknown>>();
  });

  it('takes any source where the method takes a stream', () => {
    expectTypeOf(invoke.upload).parameters.toEqualTypeOf<[name: string, chunks: StreamArgument<Uint8Array>]>();
    expectTypeOf(invoke.uploadWeb).parameters.toEqualTypeOf<[chunks: StreamArgument<string>]>();
    expectTypeOf(invoke.uploadMaybe).parameters.toEqualTypeOf<[chunks?: StreamArgument<number> | undefined]>();
    invoke.upload('a', subject);
    invoke.upload('a', new ReadableStream<Uint8Array>());
    invoke.upload('a', new Set<Uint8Array>().values());
    // @ts-expect-error an array is an argument like any other, not a stream
    invoke.upload('a', [new Uint8Array()]);
    // @ts-expect-error of another item type
    invoke.upload('a', new Set<string>().values());
  });

  it('can be called by name with the same types', () => {
    expectTypeOf(invoke('send', 'hello')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(invoke('maybeCancellable', 'a', 1)).toEqualTypeOf<Promise<void>>();
    expectTypeOf(invoke('paint', 'red', new Date(), 'x', 'y')).toEqualTypeOf<Promise<void>>();
  });

  it('refuses what the hub does not have', () => {
    expectTypeOf(invoke).not.toHaveProperty('sendMessage');
    // @ts-expect-error wrong argument
    invoke.send(1);
    // @ts-expect-error missing argument
    invoke.send();
    // @ts-expect-error one argument too many
    invoke.send('a', 'b');
    // @ts-expect-error renamed on one side only
    invoke.sendMessage('a');
    // @ts-expect-error of the base class
    invoke.onConnected();
    // @ts-expect-error protected
    invoke.helper();
    // @ts-expect-error a property
    invoke.title();
    // @ts-expect-error a streaming method
    invoke.countdown(1);
    // @ts-expect-error wrong argument, by name
    invoke('send', 1);
    // @ts-expect-error missing argument, by name
    invoke('send');
    // @ts-expect-error renamed on one side only, by name
    invoke('sendMessage', 'a');
    // @ts-expect-error a streaming method, by name
    invoke('countdown', 1);
    // @ts-expect-error the promise is of a number
    invoke.send('a') satisfies Promise<string>;
  });
});

describe('HubSender', () => {
  it('promises nothing but that the call is on its way', () => {
    expectTypeOf(send.send).toEqualTypeOf<(text: string) => Promise<void>>();
    expectTypeOf(send('cancellable', 'a')).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a streaming method
    send.countdown(1);
    // @ts-expect-error wrong argument, by name
    send('send', 1);
  });
});

describe('HubStreamer', () => {
  it('gives the items of every kind of stream', () => {
    expectTypeOf(stream.countdown).toEqualTypeOf<(from: number) => HubStreamResult<number>>();
    expectTypeOf(stream.lines()).toEqualTypeOf<HubStreamResult<string>>();
    expectTypeOf(stream.words()).toEqualTypeOf<HubStreamResult<string>>();
    expectTypeOf(stream.laterItems()).toEqualTypeOf<HubStreamResult<Date>>();
    expectTypeOf(stream.bytes()).toEqualTypeOf<HubStreamResult<Uint8Array>>();
    expectTypeOf(stream.endless()).toEqualTypeOf<HubStreamResult<never>>();
    expectTypeOf(stream.maybeItems()).toEqualTypeOf<HubStreamResult<number>>();
    expectTypeOf(stream('countdown', 10)).toEqualTypeOf<HubStreamResult<number>>();
  });

  it('has no other methods', () => {
    expectTypeOf(stream).not.toHaveProperty('send');
    // @ts-expect-error it returns a promise of a number
    stream.send('a');
    // @ts-expect-error a string is no stream
    stream.text();
    // @ts-expect-error an array is no stream
    stream.list();
    // @ts-expect-error a set is no stream
    stream.names();
    // @ts-expect-error it may return anything
    stream.anything(1);
  });
});

describe('HubClientOf', () => {
  it('is what the hub class says', () => {
    expectTypeOf<HubClientOf<ChatHub>>().toEqualTypeOf<ChatClient>();
    expectTypeOf<HubClientOf<{ send(text: string): void }>>().toEqualTypeOf<DynamicContract>();
  });
});

describe('ClientMethods', () => {
  it('has the functions of the interface', () => {
    expectTypeOf<keyof ClientMethods<ChatClient>>().toEqualTypeOf<'messageReceived' | 'saved' | 'confirm' | 'choose'>();
    expectTypeOf<ClientMethods<ChatClient>['confirm']>().toEqualTypeOf<(question: string) => boolean>();
  });

  it('lets a handler answer at once or later, with the right type', () => {
    type Handlers = ClientHandlers<ChatClient>;
    expectTypeOf<Handlers['messageReceived']>().toEqualTypeOf<(from: string, text: string) => void | Promise<void>>();
    expectTypeOf<Handlers['saved']>().toEqualTypeOf<() => void | Promise<void>>();
    expectTypeOf<Handlers['confirm']>().toEqualTypeOf<(question: string) => boolean | Promise<boolean>>();
    expectTypeOf<Handlers['choose']>().returns.toEqualTypeOf<number | Promise<number>>();
    // @ts-expect-error an answer is owed
    (() => {}) satisfies Handlers['confirm'];
    // @ts-expect-error wrong parameter
    ((from: number) => from) satisfies Handlers['messageReceived'];
  });
});

describe('a contract of which nothing is known', () => {
  it('may be called as in @microsoft/signalr', () => {
    const invokeAny = {} as HubInvoker<DynamicContract>;
    const streamAny = {} as HubStreamer<DynamicContract>;
    expectTypeOf(invokeAny<boolean>('anything', 1, 'a')).toEqualTypeOf<Promise<boolean>>();
    expectTypeOf(invokeAny('anything')).toEqualTypeOf<Promise<any>>();
    expectTypeOf(invokeAny.anything(1)).toBeAny();
    expectTypeOf(streamAny<number>('anything')).toEqualTypeOf<HubStreamResult<number>>();
    expectTypeOf(({} as HubSender<DynamicContract>)('anything', 1)).toEqualTypeOf<Promise<void>>();
    expectTypeOf<ClientHandlers<DynamicContract>[string]>().toEqualTypeOf<(...args: any[]) => any>();
  });
});
