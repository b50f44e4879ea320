import { Subject, type HubConnection } from '@hubwire/hub-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '../src/within.ts';
import { lanes } from './testing/lanes.ts';
import { NestHub } from './testing/nest-hub.ts';
import { ServedHub } from './testing/served-hub.ts';

const enough = 20_000;

describe.each(lanes)('calls within calls, one at a time, over $name', (lane) => {
  let host: ServedHub;
  const clients: HubConnection[] = [];

  beforeAll(async () => {
    host = await ServedHub.start(NestHub, { maximumParallelInvocations: 1, maximumQueuedInvocations: 1 });
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await host[Symbol.asyncDispose]();
  });

  async function connect(): Promise<HubConnection> {
    const client = host.client(lane);
    clients.push(client);
    client.on('descend', async (depth: number) => {
      if (depth < 0) return client.invoke<number>('fail', -depth - 1);
      return depth === 0 ? 0 : 1 + (await client.invoke<number>('descend', depth - 1));
    });
    client.on('relay', (route: readonly string[], depth: number) => client.invoke('relay', route, depth));
    client.on('gather', (depth: number) => client.invoke('gather', depth));
    await within(client.start(), 'the connection', enough);
    return client;
  }

  it('go as deep as one likes', async () => {
    const client = await connect();
    expect(await within(client.invoke('descend', 20), 'the way down and back', enough)).toBe(20);
  });

  it('go down several times at once', async () => {
    const client = await connect();
    const depths = [7, 1, 4, 0, 9];
    const descents = Promise.all(depths.map((depth) => client.invoke('descend', depth)));
    expect(await within(descents, 'all ways down and back', enough)).toEqual(depths);
  });

  it('go through two connections that call each other, from both ends', async () => {
    const [ann, bob] = [await connect(), await connect()];
    const [a, b] = [ann.connectionId!, bob.connectionId!];
    const both = Promise.all([ann.invoke('relay', [b, a], 7), bob.invoke('relay', [a, b], 7)]);
    expect(await within(both, 'both ways', enough)).toEqual([
      [b, a, b, a, b, a, b],
      [a, b, a, b, a, b, a],
    ]);
  });

  it('go through everybody at once', async () => {
    const own = await ServedHub.start(NestHub, { maximumQueuedInvocations: 1 });
    const three = [own.client(lane), own.client(lane), own.client(lane)] as const;
    for (const client of three) client.on('gather', (depth: number) => client.invoke('gather', depth));
    await within(Promise.all(three.map((client) => client.start())), 'the connections', enough);
    // Three are asked, who each ask three, who each ask three.
    expect(await within(three[0].invoke('gather', 3), 'everybody', enough)).toBe(3 + 9 + 27);
    await Promise.all(three.map((client) => client.stop()));
    await own[Symbol.asyncDispose]();
  });

  it('go down beside a stream that is open both ways, and from within it', async () => {
    const client = await connect();
    const numbers = new Subject<number>();
    const items = client.stream<number>('depths', numbers)[Symbol.asyncIterator]();
    numbers.next(3);
    expect(await within(items.next(), 'an item', enough)).toEqual({ done: false, value: 3 });
    expect(await within(client.invoke('descend', 5), 'the way down beside the stream', enough)).toBe(5);
    const both = Promise.all([items.next(), client.invoke('descend', 6)]);
    numbers.next(4);
    expect(await within(both, 'both', enough)).toEqual([{ done: false, value: 4 }, 6]);
    numbers.complete();
    expect(await within(items.next(), 'the end of the stream', enough)).toEqual({ done: true, value: undefined });
  });

  it('end with their time limit behind an upload that nobody reads, and let it be read then', async () => {
    const client = await connect();
    const numbers = new Subject<number>();
    let answer = (_late: number): void => {};
    client.on('answerLate', () => {
      // More than the server keeps of a stream: it does not read on until the method does.
      for (let number = 0; number < 20; number += 1) numbers.next(number);
      numbers.complete();
      return new Promise<number>((resolve) => (answer = resolve));
    });
    const [outcome, sum] = await within(client.invoke('askFirst', numbers), 'the sum', enough);
    expect(outcome).toContain('It did not answer within 500 ms.');
    expect(sum).toBe(190);
    answer(1);
    expect(await within(client.invoke('descend', 3), 'another way down', enough)).toBe(3);
  });

  it('bring an error from the bottom to the top, and go down again after it', async () => {
    const client = await connect();
    await expect(within(client.invoke('fail', 4), 'the error', enough)).rejects.toThrow('The bottom is reached.');
    expect(await within(client.invoke('descend', 2), 'another way down', enough)).toBe(2);
  });
});
