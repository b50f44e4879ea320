import { describe, expectTypeOf, it } from 'vitest';
import { connect, HubConnectionBuilder, Subject, type HubConnection, type HubStreamResult } from './index.ts';

interface ChatServer {
  send(text: string): Promise<number>;
  name(): string;
  countdown(from: number, signal: AbortSignal): AsyncIterable<number>;
  upload(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
}

interface ChatClient {
  messageReceived(from: string, text: string): void;
  confirm(question: string): boolean;
}

declare const chat: HubConnection<ChatServer, ChatClient>;

describe('a typed connection', () => {
  it('calls by proxy and by name', () => {
    expectTypeOf(chat.invoke.send('x')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(chat.invoke('send', 'x')).toEqualTypeOf<Promise<number>>();
    expectTypeOf(chat.invoke.name()).toEqualTypeOf<Promise<string>>();
    expectTypeOf(chat.send.send('x')).toEqualTypeOf<Promise<void>>();
    expectTypeOf(chat.stream.countdown(3)).toEqualTypeOf<HubStreamResult<number>>();
    expectTypeOf(chat.withOptions({ timeoutMs: 1 }).invoke.send('x')).toEqualTypeOf<Promise<number>>();
    void chat.invoke.upload('x', new Subject<Uint8Array>());
  });

  it('refuses what the hub does not have', () => {
    expectTypeOf(chat.invoke).not.toHaveProperty('nothing');
    // @ts-expect-error no such method
    void chat.invoke.nothing();
    // @ts-expect-error no such method
    void chat.invoke('nothing');
    // @ts-expect-error a number is no text
    void chat.invoke.send(1);
    // @ts-expect-error a method that streams has no single result
    void chat.invoke.countdown(3);
    // @ts-expect-error a method with one result does not stream
    void chat.stream.send('x');
  });

  it('types handlers from the contract of the client', () => {
    chat.on('messageReceived', (from, text) => {
      expectTypeOf(from).toEqualTypeOf<string>();
      expectTypeOf(text).toEqualTypeOf<string>();
    });
    chat.on('confirm', (question) => question.length > 0);
    chat.on('confirm', async () => true);
    // @ts-expect-error the hub waits for a boolean
    chat.on('confirm', () => 'yes');
    // @ts-expect-error no such method
    chat.on('nothing', () => {});
  });

  it('is made by the builder and by connect', () => {
    expectTypeOf(new HubConnectionBuilder<ChatServer, ChatClient>().withUrl('/x').build()).toEqualTypeOf(chat);
    expectTypeOf(
      connect<ChatServer, ChatClient>('/x', { handlers: { messageReceived: (from) => void from.length } }),
    ).resolves.toEqualTypeOf(chat);
    // @ts-expect-error no such method
    void connect<ChatServer, ChatClient>('/x', { handlers: { nothing: () => {} } });
  });
});

describe('a connection without a contract', () => {
  const untyped = new HubConnectionBuilder().withUrl('/x').build();

  it('calls anything by proxy, without a check for undefined', async () => {
    expectTypeOf(await untyped.invoke.anything(1)).toBeAny();
    await untyped.send.anything('x');
    for await (const item of untyped.stream.anything()) expectTypeOf(item).toBeAny();
  });

  it('gives promises and streams when it calls by name', () => {
    expectTypeOf(untyped.invoke<number>('anything', 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(untyped.send('anything')).toEqualTypeOf<Promise<void>>();
    expectTypeOf(untyped.stream<number>('anything')).toEqualTypeOf<HubStreamResult<number>>();
  });
});
