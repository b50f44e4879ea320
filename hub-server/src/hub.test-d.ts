import type { HubClientOf, HubInvoker, HubStreamer } from '@hubwire/hub-protocol';
import { describe, expectTypeOf, it } from 'vitest';
import { createHubServer, Hub, hubMethod, type ClientOutcome, type HubContext } from './index.ts';

interface ChatClient {
  told(from: string, text: string): void;
  confirm(question: string): boolean | Promise<boolean>;
  readonly version: string;
}

class ChatHub extends Hub<ChatClient> {
  @hubMethod() async send(text: string): Promise<number> {
    return text.length;
  }
  @hubMethod() async *count(from: number, signal: AbortSignal): AsyncGenerator<number> {
    if (!signal.aborted) yield from;
  }
  check(): void {
    const { all, caller, others } = this.clients;
    expectTypeOf(all.told).toEqualTypeOf<(from: string, text: string) => Promise<void>>();
    expectTypeOf(others.confirm).toEqualTypeOf<(question: string) => Promise<void>>();
    expectTypeOf(caller.invoke.confirm).toEqualTypeOf<(question: string) => Promise<boolean>>();
    expectTypeOf(this.clients.client('x').withOptions({ timeoutMs: 1 }).invoke.confirm('?')).resolves.toBeBoolean();
    expectTypeOf(this.clients.group('g').invokeAll.confirm('?')).resolves.toEqualTypeOf<
      readonly ClientOutcome<boolean>[]
    >();
    expectTypeOf(all.withOptions({ slowConsumer: 'drop' }).told).toEqualTypeOf<
      (from: string, text: string) => Promise<void>
    >();
    expectTypeOf(caller.withOptions({ slowConsumer: { latest: 'key' } }).withOptions({ timeoutMs: 1 })).toEqualTypeOf(
      caller,
    );
    // @ts-expect-error no such policy
    void all.withOptions({ slowConsumer: 'latest' });
    // @ts-expect-error a key is a string
    void all.withOptions({ slowConsumer: { latest: 1 } });
    // @ts-expect-error an argument is missing
    void all.withOptions({ slowConsumer: 'wait' }).told('ann');
    // @ts-expect-error an argument is missing
    void all.told('ann');
    // @ts-expect-error no such method
    void all.absent();
    // @ts-expect-error no function
    void all.version;
    // @ts-expect-error only one client can be asked
    void all.invoke;
    // @ts-expect-error many clients are asked with invokeAll
    void caller.invokeAll;
  }
}

class DynamicHub extends Hub {
  check(): void {
    expectTypeOf(this.clients.all['anything']).toBeCallableWith(1, 'two', { three: true });
    expectTypeOf(this.clients.caller.invoke['anything']).toBeCallableWith();
  }
}

describe('a hub class', () => {
  it('tells clients its contract', () => {
    expectTypeOf<HubClientOf<ChatHub>>().toEqualTypeOf<ChatClient>();
    expectTypeOf<HubInvoker<ChatHub>>().toHaveProperty('send');
    expectTypeOf<HubInvoker<ChatHub>['send']>().toEqualTypeOf<(text: string) => Promise<number>>();
    expectTypeOf<HubStreamer<ChatHub>['count']>().parameters.toEqualTypeOf<[from: number]>();
    expectTypeOf<keyof HubInvoker<ChatHub>>().toEqualTypeOf<'send' | 'check'>();
  });

  it('gives its context outside of calls', () => {
    const hubs = createHubServer();
    expectTypeOf(hubs.mapHub('/chat', ChatHub).context).toEqualTypeOf<HubContext<ChatClient>>();
    expectTypeOf(hubs.context(ChatHub).clients.all.told).toEqualTypeOf<(from: string, text: string) => Promise<void>>();
    expectTypeOf(hubs.mapHub('/dynamic', DynamicHub).connectionCount).toBeNumber();
    // @ts-expect-error no hub
    hubs.mapHub('/map', Map);
    // @ts-expect-error a key is for single calls
    hubs.mapHub('/latest', ChatHub, { slowConsumerPolicy: { latest: 'key' } });
    createHubServer({
      slowConsumerPolicy: (target, [first]) => (target === 'told' ? { latest: String(first) } : 'wait'),
    });
    // @ts-expect-error no policy
    createHubServer({ slowConsumerPolicy: () => 'sometimes' });
  });
});
