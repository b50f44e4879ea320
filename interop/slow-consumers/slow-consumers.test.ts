import { MessageType } from '@hubwire/hub-protocol';
import type { SlowConsumerPolicy } from '@hubwire/hub-server';
import { describe, expect, it } from 'vitest';
import type { HubSocket } from '../security/testing/hub-socket.ts';
import { within } from '../src/within.ts';
import { slowTransports, type SlowReader } from './testing/slow-reader.ts';
import { TickerHost, turn } from './testing/ticker-host.ts';

const options = { sendQueueBytes: 393_216, sendBufferBytes: 65_536 } as const;
const messageBytes = 16_384;
const padding = '.'.repeat(messageBytes);

async function tick(host: TickerHost, name: string, slowConsumer?: SlowConsumerPolicy): Promise<void> {
  const clients = slowConsumer === undefined ? host.all : host.all.withOptions({ slowConsumer });
  await clients.tick(name, padding);
  // Others have their turn, as they would where calls come over the wire.
  await turn();
}

/** The names of what a slow client has read, the filler aside. */
function readBy(reader: SlowReader): readonly string[] {
  const names = Array.from(reader.text.matchAll(/"tick","arguments":\["([^"]+)"/gu), ([, name = '']) => name);
  return names.filter((name) => name !== 'filler');
}

async function allGotBy(client: HubSocket, last: string): Promise<readonly unknown[]> {
  const isLast = (message: (typeof client.messages)[number]): boolean =>
    message.type === MessageType.Invocation && message.arguments[0] === last;
  await client.until(isLast, `'${last}' comes`);
  return client.messages.flatMap((message) => (message.type === MessageType.Invocation ? [message.arguments[0]] : []));
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `no. ${index}`);

describe.each(slowTransports)('a reader that stops (%s)', (transport) => {
  it('is disconnected by default, and the others get everything', async () => {
    await using host = await TickerHost.start(options);
    const quick = await host.quick();
    await host.stuck(transport);
    const names = numbered(60);
    for (const name of names) await tick(host, name);
    expect(host.hub.connectionCount).toBe(1);
    expect(host.logged('slowConsumer')).toBe(true);
    expect(await allGotBy(quick, 'no. 59')).toEqual(names);
  });

  it('holds those up who wait for it, nobody else, and gets everything in the end', async () => {
    await using host = await TickerHost.start(options);
    const quick = await host.quick();
    const slow = await host.stuck(transport);
    const names = numbered(60);
    let sent = 0;
    const sending = async (): Promise<void> => {
      for (; sent < names.length; sent += 1) await tick(host, names[sent] ?? '', 'wait');
    };
    const all = sending();
    // The sender stands when the quick client has got something that is not counted as sent.
    let seen = -1;
    while (seen < sent) {
      seen = sent;
      for (let turns = 0; turns < 20; turns += 1) await turn();
    }
    expect(sent).toBeLessThan(options.sendQueueBytes / messageBytes);
    expect(host.bufferedBytes).toBeLessThan(options.sendBufferBytes + 2 * 32_768);
    expect(await allGotBy(quick, `no. ${sent}`)).toEqual(names.slice(0, sent + 1));
    slow.resume();
    await within(all, 'everything is queued', 20_000);
    await slow.until('no. 59');
    expect(readBy(slow)).toEqual(names);
    expect(host.hub.connectionCount).toBe(2);
  });

  it('goes without what is volatile', async () => {
    await using host = await TickerHost.start(options);
    const quick = await host.quick();
    const slow = await host.stuck(transport);
    const names = numbered(100);
    for (const name of names) await tick(host, name, 'drop');
    await tick(host, 'kept');
    expect(host.bufferedBytes).toBeLessThan(options.sendBufferBytes + 2 * 32_768);
    expect(await allGotBy(quick, 'kept')).toEqual([...names, 'kept']);
    slow.resume();
    await slow.until('kept');
    expect(readBy(slow)).toEqual(['kept']);
    expect(host.hub.connectionCount).toBe(2);
  });

  it('gets the newest of each key', async () => {
    await using host = await TickerHost.start(options);
    const quick = await host.quick();
    const slow = await host.stuck(transport);
    const names: string[] = [];
    for (let price = 1; price <= 50; price += 1) {
      for (const article of ['tea', 'ink']) {
        names.push(`${article} ${price}`);
        await tick(host, `${article} ${price}`, { latest: article });
      }
    }
    expect(host.bufferedBytes).toBeLessThan(options.sendBufferBytes + 2 * 32_768);
    expect(await allGotBy(quick, 'ink 50')).toEqual(names);
    slow.resume();
    await slow.until('ink 50');
    expect(readBy(slow)).toEqual(['tea 50', 'ink 50']);
    expect(host.hub.connectionCount).toBe(2);
  });

  it('is treated as its hub says', async () => {
    await using host = await TickerHost.start({ ...options, slowConsumerPolicy: 'drop' });
    const slow = await host.stuck(transport);
    for (const name of numbered(50)) await tick(host, name);
    await tick(host, 'kept', 'disconnect');
    slow.resume();
    await slow.until('kept');
    expect(readBy(slow)).toEqual(['kept']);
  });
});
