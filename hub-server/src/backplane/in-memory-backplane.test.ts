import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, InMemoryBackplane } from '../index.ts';
import { defineBackplaneConformance } from '../testing/backplane-conformance.ts';
import type { TestClient } from '../testing/test-client.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

defineBackplaneConformance(
  {
    name: 'InMemoryBackplane',
    connect: async () => {
      const backplane = new InMemoryBackplane();
      return [backplane, backplane];
    },
  },
  { describe, it },
);

interface Client {
  told(text: string): void;
}

class RelayHub extends Hub<Client> {
  @hubMethod() async all(text: string): Promise<void> {
    await this.clients.all.told(text);
  }
  @hubMethod() async others(text: string): Promise<void> {
    await this.clients.others.told(text);
  }
  @hubMethod() async group(name: string, text: string): Promise<void> {
    await this.clients.group(name).told(text);
  }
  @hubMethod() async groupExcept(name: string, except: string[], text: string): Promise<void> {
    await this.clients.groupExcept(name, except).told(text);
  }
  @hubMethod() async user(id: string, text: string): Promise<void> {
    await this.clients.user(id).told(text);
  }
  @hubMethod() async client(id: string, text: string): Promise<void> {
    await this.clients.client(id).told(text);
  }
  @hubMethod() async join(connectionId: string, group: string): Promise<void> {
    await this.groups.add(connectionId, group);
  }
  @hubMethod() async leave(connectionId: string, group: string): Promise<void> {
    await this.groups.remove(connectionId, group);
  }
}

interface TwoNodes extends AsyncDisposable {
  readonly here: TestClient;
  readonly there: TestClient;
}

async function twoNodes(): Promise<TwoNodes> {
  const backplane = new InMemoryBackplane();
  const first = serveHub(RelayHub, { backplane });
  const second = serveHub(RelayHub, { backplane });
  const here = await first.connect({ user: { id: 'ann' } });
  const there = await second.connect({ user: { id: 'bob' } });
  return {
    here,
    there,
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

describe('two hub servers on one backplane', () => {
  it('reach all clients, each once', async () => {
    await using nodes = await twoNodes();
    await nodes.here.invoke('all', 'hello');
    expect(await nodes.here.next('told')).toEqual(['hello']);
    expect(await nodes.there.next('told')).toEqual(['hello']);
    await settled();
    expect([...nodes.here.unread, ...nodes.there.unread]).toEqual([]);
  });

  it('leave out those who are excepted, wherever they are', async () => {
    await using nodes = await twoNodes();
    await nodes.here.invoke('others', 'not to me');
    expect(await nodes.there.next('told')).toEqual(['not to me']);
    await nodes.here.invoke('join', nodes.here.connectionId, 'g');
    await nodes.here.invoke('join', nodes.there.connectionId, 'g');
    await nodes.here.invoke('groupExcept', 'g', [nodes.there.connectionId], 'not there');
    expect(await nodes.here.next('told')).toEqual(['not there']);
    await settled();
    expect([...nodes.here.unread, ...nodes.there.unread]).toEqual([]);
  });

  it('put connections of each other into groups and take them out', async () => {
    await using nodes = await twoNodes();
    await nodes.here.invoke('join', nodes.there.connectionId, 'g');
    await nodes.here.invoke('group', 'g', 'first');
    expect(await nodes.there.next('told')).toEqual(['first']);
    await nodes.here.invoke('leave', nodes.there.connectionId, 'g');
    await nodes.here.invoke('group', 'g', 'second');
    await settled();
    expect([...nodes.here.unread, ...nodes.there.unread]).toEqual([]);
  });

  it('reach users and single connections of each other', async () => {
    await using nodes = await twoNodes();
    await nodes.here.invoke('user', 'bob', 'to bob');
    expect(await nodes.there.next('told')).toEqual(['to bob']);
    await nodes.there.invoke('client', nodes.here.connectionId, 'to one');
    expect(await nodes.here.next('told')).toEqual(['to one']);
  });
});

describe('hubs at different paths on one backplane', () => {
  it('do not hear each other', async () => {
    const backplane = new InMemoryBackplane();
    await using first = serveHub(RelayHub, { backplane });
    const other = first.server.mapHub('/other', RelayHub);
    const heard: string[] = [];
    await backplane.subscribe('/other', ({ origin }) => void heard.push(origin));
    const client = await first.connect();
    await client.invoke('all', 'hello');
    expect(heard).toEqual([]);
    expect(other.connectionCount).toBe(0);
  });
});
