import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, type HubFilter } from './index.ts';
import { serveHub } from './testing/test-hub-server.ts';

class RequestHub extends Hub {
  @hubMethod() room(): string | null | undefined {
    return this.context.request?.query.get('room');
  }
  @hubMethod() session(): string | undefined {
    return this.context.request?.cookies.get('session');
  }
}

class NamedHub extends Hub<Record<string, never>, { user: { readonly id: string }; items: { calls: number } }> {
  @hubMethod() count(): string {
    const calls = (this.context.items.get('calls') ?? 0) + 1;
    this.context.items.set('calls', calls);
    return `${this.context.user.id} ${calls}`;
  }
}

describe('the items of a caller', () => {
  it('live as long as its connection, and are nobody else’s', async () => {
    await using host = serveHub(NamedHub);
    const ann = await host.connect({ user: { id: 'ann' } });
    const bob = await host.connect({ user: { id: 'bob' } });
    expect(await ann.invoke('count')).toBe('ann 1');
    expect(await ann.invoke('count')).toBe('ann 2');
    expect(await bob.invoke('count')).toBe('bob 1');
  });

  it('are the same map for filters', async () => {
    const seen: unknown[] = [];
    const filter: HubFilter = {
      async invoke({ context }, next) {
        const result = await next();
        seen.push(context.items.get('calls'));
        return result;
      },
    };
    await using host = serveHub(NamedHub, { filters: [filter] });
    const ann = await host.connect({ user: { id: 'ann' } });
    await ann.invoke('count');
    await ann.invoke('count');
    expect(seen).toEqual([1, 2]);
  });
});

describe('the request of a caller', () => {
  it('has its query and cookies', async () => {
    await using host = serveHub(RequestHub);
    const request = { url: '/hub?room=one%2Ftwo', headers: { cookie: 'session=%C3%A4' } };
    const client = await host.connect({ request });
    expect(await client.invoke('room')).toBe('one/two');
    expect(await client.invoke('session')).toBe('ä');
  });

  it('has none when nothing was sent', async () => {
    await using host = serveHub(RequestHub);
    const client = await host.connect();
    expect(await client.invoke('room')).toBeNull();
    expect(await client.invoke('session')).toBeUndefined();
  });
});
