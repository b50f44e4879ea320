import type { HubClientOf, HubInvoker } from '@hubwire/hub-protocol';
import { describe, expectTypeOf, it } from 'vitest';
import { createHubServer, Hub, hubMethod, type HubCallerContext, type HubContext, type HubItems } from './index.ts';

interface ChatClient {
  told(text: string): void;
}

interface Member {
  readonly id: string;
}

const secret = Symbol('secret');

interface ChatItems {
  name: string;
  rooms: Set<string>;
  left?: Date;
  [secret]: number;
}

class TypedHub extends Hub<ChatClient, { user: Member | null; items: ChatItems }> {
  @hubMethod() async rename(name: string): Promise<string | undefined> {
    return this.context.items.set('name', name).get('name');
  }
  check(): void {
    const { items, user } = this.context;
    expectTypeOf(user).toEqualTypeOf<Member | null>();
    expectTypeOf(items).toEqualTypeOf<HubItems<ChatItems>>();
    expectTypeOf(items.get('name')).toEqualTypeOf<string | undefined>();
    expectTypeOf(items.get('rooms')).toEqualTypeOf<Set<string> | undefined>();
    expectTypeOf(items.get('left')).toEqualTypeOf<Date | undefined>();
    expectTypeOf(items.get(secret)).toEqualTypeOf<number | undefined>();
    expectTypeOf(items.has('name')).toBeBoolean();
    expectTypeOf([...items.keys()]).toEqualTypeOf<(keyof ChatItems)[]>();
    // @ts-expect-error no such item
    items.get('absent');
    // @ts-expect-error no such item
    items.delete('absent');
    // @ts-expect-error of another type
    items.set('name', 1);
    // @ts-expect-error of the type of another item
    items.set('name', new Set<string>());
    expectTypeOf(this.clients.all.told).toEqualTypeOf<(text: string) => Promise<void>>();
  }
}

class HubOfUsers extends Hub<ChatClient, { user: Member }> {
  check(): void {
    expectTypeOf(this.context.user).toEqualTypeOf<Member>();
    expectTypeOf(this.context.items).toEqualTypeOf<Map<unknown, unknown>>();
  }
}

class PlainHub extends Hub<ChatClient> {
  check(): void {
    expectTypeOf(this.context).toEqualTypeOf<HubCallerContext>();
    expectTypeOf(this.context.user).toBeUnknown();
    expectTypeOf(this.context.items).toEqualTypeOf<Map<unknown, unknown>>();
  }
}

// @ts-expect-error items are an object type
type NoItems = Hub<ChatClient, { items: string }>;

describe('the types of callers', () => {
  it('make no difference to clients and to the server', () => {
    const hubs = createHubServer();
    expectTypeOf(hubs.mapHub('/typed', TypedHub).context).toEqualTypeOf<HubContext<ChatClient>>();
    expectTypeOf(hubs.mapHub('/users', HubOfUsers).context).toEqualTypeOf<HubContext<ChatClient>>();
    expectTypeOf<HubClientOf<TypedHub>>().toEqualTypeOf<ChatClient>();
    expectTypeOf<keyof HubInvoker<TypedHub>>().toEqualTypeOf<'rename' | 'check'>();
    expectTypeOf<TypedHub>().toExtend<Hub<unknown>>();
    expectTypeOf<PlainHub>().toExtend<Hub<unknown>>();
    expectTypeOf<NoItems>().not.toBeNever();
  });

  it('are not taken for others', () => {
    type OfMembers = HubCallerContext<{ user: Member }>;
    type OfItems = HubCallerContext<{ items: ChatItems }>;
    expectTypeOf<OfMembers>().toExtend<HubCallerContext>();
    expectTypeOf<OfItems>().toExtend<HubCallerContext>();
    expectTypeOf<HubCallerContext>().not.toExtend<OfMembers>();
    expectTypeOf<HubCallerContext>().not.toExtend<OfItems>();
    expectTypeOf<HubCallerContext<{ user: string }>>().not.toExtend<OfMembers>();
    expectTypeOf<HubCallerContext<{ items: { name: number } }>>().not.toExtend<OfItems>();
    expectTypeOf<OfItems['user']>().toBeUnknown();
  });

  it('are inherited', () => {
    class Derived extends TypedHub {
      override check(): void {
        expectTypeOf(this.context.items).toEqualTypeOf<HubItems<ChatItems>>();
      }
    }
    expectTypeOf<Derived>().toExtend<TypedHub>();
  });
});
