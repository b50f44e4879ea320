import * as fc from 'fast-check';
import { JsonHubProtocol, type HubMessage } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, type HubContext } from '../index.ts';
import type { TestClient } from '../testing/test-client.ts';
import { serveHub, settled, type TestHubServer } from '../testing/test-hub-server.ts';

interface Client {
  told(text: string): void;
}

class AudienceHub extends Hub<Client> {
  @hubMethod() async caller(): Promise<void> {
    await this.clients.caller.told('caller');
  }
  @hubMethod() async others(): Promise<void> {
    await this.clients.others.told('others');
  }
  @hubMethod() async othersInGroup(name: string): Promise<void> {
    await this.clients.othersInGroup(name).told('others in group');
  }
  @hubMethod() async join(name: string): Promise<void> {
    await this.groups.add(this.context.connectionId, name);
  }
  @hubMethod() who(): unknown {
    return [this.context.userIdentifier ?? null, this.context.user ?? null, this.context.transport];
  }
  @hubMethod() request(): unknown {
    return [this.context.request?.method, this.context.request?.url];
  }
  @hubMethod() remember(key: string, value: unknown): number {
    return this.context.items.set(key, value).size;
  }
}

interface Fixture extends AsyncDisposable {
  readonly host: TestHubServer;
  readonly context: HubContext<Client>;
  readonly ann1: TestClient;
  readonly ann2: TestClient;
  readonly bob: TestClient;
  /** Who was told something since the last time, by name. */
  told(): Promise<readonly string[]>;
}

async function threeClients(): Promise<Fixture> {
  const host = serveHub(AudienceHub);
  const [ann1, ann2] = [await host.connect({ user: { id: 'ann' } }), await host.connect({ user: { sub: 'ann' } })];
  const bob = await host.connect({ user: { id: 'bob' } });
  const names = { ann1, ann2, bob };
  const seen = new Map<TestClient, number>();
  return {
    host,
    context: host.server.context(AudienceHub),
    ...names,
    async told() {
      await settled();
      return Object.entries(names).flatMap(([name, client]) => {
        const count = client.unread.length - (seen.get(client) ?? 0);
        seen.set(client, client.unread.length);
        return Array.from({ length: count }, () => name);
      });
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

describe('audiences', () => {
  it('reach those they name, each once', async () => {
    await using clients = await threeClients();
    const { context, ann1, ann2, bob } = clients;
    await context.clients.all.told('');
    expect(await clients.told()).toEqual(['ann1', 'ann2', 'bob']);
    await context.clients.allExcept([ann1.connectionId, 'nobody']).told('');
    expect(await clients.told()).toEqual(['ann2', 'bob']);
    await context.clients.client(ann2.connectionId).told('');
    expect(await clients.told()).toEqual(['ann2']);
    await context.clients.clients([ann1.connectionId, bob.connectionId, 'nobody']).told('');
    expect(await clients.told()).toEqual(['ann1', 'bob']);
    await context.clients.user('ann').told('');
    expect(await clients.told()).toEqual(['ann1', 'ann2']);
    await context.clients.users(['bob', 'ann', 'bob']).told('');
    expect(await clients.told()).toEqual(['ann1', 'ann2', 'bob']);
    await context.clients.user('nobody').told('');
    expect(await clients.told()).toEqual([]);
  });

  it('reach groups, their members each once', async () => {
    await using clients = await threeClients();
    const { context, ann1, ann2, bob } = clients;
    await context.groups.add(ann1.connectionId, 'g');
    await context.groups.add(ann1.connectionId, 'g');
    await context.groups.add(ann2.connectionId, 'g');
    await context.groups.add(ann2.connectionId, 'h');
    await context.groups.add(bob.connectionId, 'h');
    await context.clients.group('g').told('');
    expect(await clients.told()).toEqual(['ann1', 'ann2']);
    await context.clients.groups(['g', 'h']).told('');
    expect(await clients.told()).toEqual(['ann1', 'ann2', 'bob']);
    await context.clients.groupExcept('h', [bob.connectionId]).told('');
    expect(await clients.told()).toEqual(['ann2']);
    await context.groups.remove(ann2.connectionId, 'g');
    await context.groups.remove(bob.connectionId, 'g');
    await context.groups.remove('nobody', 'g');
    await context.clients.group('g').told('');
    expect(await clients.told()).toEqual(['ann1']);
  });

  it('of a call know their caller', async () => {
    await using clients = await threeClients();
    const { ann1, ann2, bob } = clients;
    for (const client of [ann1, ann2]) await client.invoke('join', 'g');
    await clients.told();
    await bob.invoke('caller');
    expect(await clients.told()).toEqual(['bob']);
    await bob.invoke('others');
    expect(await clients.told()).toEqual(['ann1', 'ann2']);
    await ann1.invoke('othersInGroup', 'g');
    expect(await clients.told()).toEqual(['ann2']);
  });

  it('lose a member when its connection ends', async () => {
    await using clients = await threeClients();
    const { context, ann1, ann2 } = clients;
    await context.groups.add(ann1.connectionId, 'g');
    ann1.close();
    await settled();
    await context.clients.group('g').told('');
    await context.clients.user('ann').told('');
    expect(await clients.told()).toEqual(['ann2']);
    expect(await context.groups.list()).toEqual([]);
    ann2.close();
    await settled();
    expect(await context.users.list()).toEqual(['bob']);
  });

  it('reject what cannot be encoded, and nobody gets it', async () => {
    await using clients = await threeClients();
    const circular: unknown[] = [];
    circular.push(circular);
    await expect(clients.context.clients.all.told(circular as never)).rejects.toThrow('cannot be encoded');
    expect(await clients.told()).toEqual([]);
  });

  it('are no promises', async () => {
    await using clients = await threeClients();
    const { all } = clients.context.clients;
    for (const name of ['then', Symbol.toPrimitive, Symbol.asyncIterator])
      expect(Reflect.get(all, name)).toBeUndefined();
  });

  it('get a message that is encoded once for each protocol', async () => {
    let encodings = 0;
    class CountingProtocol extends JsonHubProtocol {
      override writeMessage(message: HubMessage): string {
        encodings += 1;
        return super.writeMessage(message);
      }
    }
    await using host = serveHub(AudienceHub, { protocols: [new CountingProtocol()] });
    for (let client = 0; client < 10; client += 1) await host.connect();
    await settled();
    encodings = 0;
    await host.server.context(AudienceHub).clients.all.told('x');
    expect(encodings).toBe(1);
  });
});

describe('what a hub knows of its caller', () => {
  it('is the same in every call of a connection', async () => {
    await using host = serveHub(AudienceHub);
    const client = await host.connect({ user: { id: 'ann' }, request: { method: 'POST', url: '/hub?x=1' } });
    expect(await client.invoke('who')).toEqual(['ann', { id: 'ann' }, 'InMemory']);
    expect(await client.invoke('request')).toEqual(['POST', '/hub?x=1']);
    expect(await client.invoke('remember', 'a', 1)).toBe(1);
    expect(await client.invoke('remember', 'b', 2)).toBe(2);
    const other = await host.connect();
    expect(await other.invoke('remember', 'a', 1)).toBe(1);
    expect(await other.invoke('who')).toEqual([null, null, 'InMemory']);
  });

  it('has the user id that getUserId gives', async () => {
    await using host = serveHub(AudienceHub, { getUserId: (user) => `user-${String(user)}` });
    const client = await host.connect({ user: 7 });
    expect(await client.invoke('who')).toEqual(['user-7', 7, 'InMemory']);
  });

  it.each([[{ id: 5 }], ['ann'], [null], [{}]])('has no user id for %j', async (user) => {
    await using host = serveHub(AudienceHub);
    const client = await host.connect({ user });
    expect(await client.invoke('who')).toEqual([null, user, 'InMemory']);
  });
});

describe('listing', () => {
  it('counts connections, users and groups of this process', async () => {
    await using clients = await threeClients();
    const { context, ann1, ann2, bob } = clients;
    await context.groups.add(ann1.connectionId, 'g');
    await context.groups.add(bob.connectionId, 'g');
    await context.groups.add(bob.connectionId, 'h');
    expect(await context.groups.list()).toEqual(['g', 'h']);
    expect(await context.groups.members('g')).toEqual([ann1.connectionId, bob.connectionId]);
    expect(await context.groups.count('g')).toBe(2);
    expect(await context.groups.count('none')).toBe(0);
    expect(await context.groups.of(bob.connectionId)).toEqual(['g', 'h']);
    expect(await context.groups.of('nobody')).toEqual([]);
    expect(await context.connections.count()).toBe(3);
    expect(await context.connections.list()).toEqual([ann1, ann2, bob].map(({ connectionId }) => connectionId));
    expect(await context.connections.has(bob.connectionId)).toBe(true);
    expect(await context.connections.has('nobody')).toBe(false);
    expect(await context.users.list()).toEqual(['ann', 'bob']);
    expect(await context.users.count()).toBe(2);
    expect(await context.users.has('ann')).toBe(true);
    expect(await context.users.connections('ann')).toEqual([ann1.connectionId, ann2.connectionId]);
    ann1.close();
    ann2.close();
    await settled();
    expect(await context.users.has('ann')).toBe(false);
    expect(await context.groups.members('g')).toEqual([bob.connectionId]);
  });

  it('agrees with a model after any joins, leaves and disconnects', async () => {
    type Step = { readonly kind: 'join' | 'leave' | 'end'; readonly connection: number; readonly group: string };
    const step: fc.Arbitrary<Step> = fc.record({
      kind: fc.constantFrom('join', 'join', 'leave', 'end'),
      connection: fc.nat(3),
      group: fc.constantFrom('a', 'b', 'c'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        await using host = serveHub(AudienceHub);
        const { groups } = host.server.context(AudienceHub);
        const clients = await Promise.all([0, 1, 2, 3].map(() => host.connect()));
        const model = new Map(['a', 'b', 'c'].map((group) => [group, new Set<string>()]));
        for (const { kind, connection, group } of steps) {
          const client = clients[connection];
          if (client === undefined) continue;
          const isOpen = await host.server.context(AudienceHub).connections.has(client.connectionId);
          if (kind === 'end') {
            client.close();
            await settled();
            for (const members of model.values()) members.delete(client.connectionId);
          } else if (kind === 'join') {
            await groups.add(client.connectionId, group);
            if (isOpen) model.get(group)?.add(client.connectionId);
          } else {
            await groups.remove(client.connectionId, group);
            model.get(group)?.delete(client.connectionId);
          }
        }
        for (const [group, members] of model) {
          expect([...(await groups.members(group))].toSorted()).toEqual([...members].toSorted());
        }
        const filled = [...model].filter(([, members]) => members.size > 0).map(([group]) => group);
        expect([...(await groups.list())].toSorted()).toEqual(filled);
      }),
      { numRuns: 30 },
    );
  });
});
