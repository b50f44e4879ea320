import { describe, expectTypeOf, it } from 'vitest';
import { createHubConnection, type ConnectionStatus, type HubConnection } from '../index.ts';
import { createHubContext, useHub, useHubEvent, useHubState, useHubStream, type HubStreamState } from './index.ts';

interface ChatServer {
  send(text: string): Promise<number>;
  countdown(from: number, signal: AbortSignal): AsyncIterable<number>;
}

interface ChatClient {
  messageReceived(from: string, text: string): void;
  confirm(question: string): boolean;
}

declare const chat: HubConnection<ChatServer, ChatClient>;

describe('the hooks', () => {
  it('take their types from the hub', () => {
    expectTypeOf(useHub(() => createHubConnection<ChatServer, ChatClient>('/chat'))).toEqualTypeOf(chat);
    expectTypeOf(useHubState(chat)).toEqualTypeOf<ConnectionStatus>();
    expectTypeOf(useHubStream(chat, (stream) => stream.countdown(3))).toEqualTypeOf<HubStreamState<number>>();
    const [Provider, useChat] = createHubContext<ChatServer, ChatClient>();
    expectTypeOf(useChat()).toEqualTypeOf(chat);
    expectTypeOf(Provider).parameter(0).toHaveProperty('connection').toEqualTypeOf(chat);
  });

  it('type handlers by the contract of the client', () => {
    useHubEvent(chat, 'messageReceived', (from, text) => {
      expectTypeOf(from).toEqualTypeOf<string>();
      expectTypeOf(text).toEqualTypeOf<string>();
    });
    useHubEvent(chat, 'confirm', async (question) => question.length > 0);
    // @ts-expect-error the hub waits for a boolean
    useHubEvent(chat, 'confirm', () => 'yes');
    // @ts-expect-error no such method
    useHubEvent(chat, 'nothing', () => {});
  });

  it('refuse what the hub does not have', () => {
    expectTypeOf(chat.stream).not.toHaveProperty('nothing');
    // @ts-expect-error no such method
    useHubStream(chat, (stream) => stream.nothing());
    // @ts-expect-error a text is no number
    useHubStream(chat, (stream) => stream.countdown('3'));
    // @ts-expect-error a method with one result does not stream
    useHubStream(chat, (stream) => stream.send('x'));
  });
});
