import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, InMemoryBackplane, type OutboundFilter } from '../index.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

interface Client {
  priced(article: string, price: number | null): void;
  ask(): number;
}

class ShopHub extends Hub<Client> {
  @hubMethod() async price(article: string, price: number): Promise<void> {
    await this.clients.all.priced(article, price);
  }
  @hubMethod() ask(connectionId: string): Promise<number> {
    return this.clients.client(connectionId).invoke.ask();
  }
}

/** Guests see articles without prices, and nobody sees what is secret. */
const outboundFilter: OutboundFilter = ({ target, arguments: args }, { user }) => {
  if (args[0] === 'secret' || (target === 'ask' && user === 'guest')) return false;
  if (args[0] === 'broken' && user === 'guest') throw new Error('broken');
  return user === 'guest' && target === 'priced' ? [args[0], null] : true;
};

describe('an outbound filter', () => {
  it('lets through, changes or leaves out, for each recipient', async () => {
    await using host = serveHub(ShopHub, { outboundFilter });
    const [owner, guest] = [await host.connect({ user: 'owner' }), await host.connect({ user: 'guest' })];
    await owner.invoke('price', 'tea', 3);
    expect(await owner.next('priced')).toEqual(['tea', 3]);
    expect(await guest.next('priced')).toEqual(['tea', null]);
    await owner.invoke('price', 'secret', 3);
    await settled();
    expect([...owner.unread, ...guest.unread]).toEqual([]);
  });

  it('that throws leaves out its recipient alone', async () => {
    await using host = serveHub(ShopHub, { outboundFilter });
    const [owner, guest] = [await host.connect({ user: 'owner' }), await host.connect({ user: 'guest' })];
    await owner.invoke('price', 'broken', 3);
    expect(await owner.next('priced')).toEqual(['broken', 3]);
    await settled();
    expect(guest.unread).toEqual([]);
    expect(host.logger.claim('outboundFilterFailed')).toHaveLength(1);
  });

  it('also stands before calls that await a result', async () => {
    await using host = serveHub(ShopHub, { outboundFilter, enableDetailedErrors: true });
    const [owner, guest] = [await host.connect({ user: 'owner' }), await host.connect({ user: 'guest' })];
    owner.on('ask', () => 42);
    expect(await guest.invoke('ask', owner.connectionId)).toBe(42);
    await expect(owner.invoke('ask', guest.connectionId)).rejects.toThrow('The outbound filter leaves out connection');
    expect(guest.unread).toEqual([]);
    host.logger.claim('invocationFailed');
  });

  it('runs where the recipient is', async () => {
    const backplane = new InMemoryBackplane();
    await using open = serveHub(ShopHub, { backplane });
    await using filtered = serveHub(ShopHub, { backplane, outboundFilter });
    const owner = await open.connect({ user: 'owner' });
    const guest = await filtered.connect({ user: 'guest' });
    await owner.invoke('price', 'tea', 3);
    expect(await guest.next('priced')).toEqual(['tea', null]);
  });
});
