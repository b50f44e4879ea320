import { describe, expect, it } from 'vitest';
import {
  Hub,
  hubMethod,
  InMemoryBackplane,
  type ClientProxy,
  type HubOptions,
  type HubServerOptions,
  type SlowConsumerPolicy,
} from '../index.ts';
import { JsonRpcTestClient } from '../testing/json-rpc-test-client.ts';
import type { TestClient } from '../testing/test-client.ts';
import { serveHub, settled, type TestHubServer } from '../testing/test-hub-server.ts';
import { within } from '../testing/within.ts';

interface Client {
  told(text: string): void;
  priced(article: string, price: number): void;
}

class NewsHub extends Hub<Client> {
  @hubMethod() echo(text: string): string {
    return text;
  }
  @hubMethod() async *count(to: number): AsyncGenerator<string> {
    for (let item = 0; item < to; item += 1) yield `${item}`.padEnd(50);
  }
  @hubMethod() async tellAndAnswer(policy: SlowConsumerPolicy): Promise<string> {
    await this.clients.caller.withOptions({ slowConsumer: policy }).told('before');
    return 'after';
  }
}

const options = { sendQueueBytes: 4_000 } as const;
const smallTransport = { sendBufferBytes: 200 } as const;
const long = (name: string): string => name.padEnd(100, '.');

interface Fixture extends AsyncDisposable {
  readonly host: TestHubServer;
  /** Reads nothing, and its transport is full. */
  readonly slow: TestClient;
  readonly quick: TestClient;
  readonly send: (policy?: SlowConsumerPolicy) => ClientProxy<Client>;
  /** What came, the names without their padding. */
  got(client: TestClient): Promise<readonly unknown[]>;
}

async function slowAndQuick(given: HubServerOptions & HubOptions = {}): Promise<Fixture> {
  const host = serveHub(NewsHub, { ...options, ...given });
  const [slow, quick] = [await host.connect(smallTransport), await host.connect(smallTransport)];
  const { all } = host.server.context(NewsHub).clients;
  await settled();
  slow.pause();
  for (const filler of [1, 2, 3]) await all.withOptions({ slowConsumer: 'disconnect' }).told(long(`filler ${filler}`));
  // What a turn writes leaves at its end; only then does the transport say that it is full.
  await settled();
  return {
    host,
    slow,
    quick,
    send: (policy) => (policy === undefined ? all : all.withOptions({ slowConsumer: policy })),
    async got(client) {
      await settled();
      const calls = client.unread.filter((message) => message.type === 1);
      return calls
        .map(({ arguments: args }) => (args.length === 1 ? String(args[0]).replace(/\.+$/u, '') : args.join(' ')))
        .filter((text) => !text.startsWith('filler'));
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

describe('a client that does not keep up', () => {
  it('holds nobody up, and gets everything once it reads on', async () => {
    await using clients = await slowAndQuick();
    const { send, slow, quick } = clients;
    for (const name of ['a', 'b', 'c']) await send().told(long(name));
    expect(await clients.got(quick)).toEqual(['a', 'b', 'c']);
    expect(await clients.got(slow)).toEqual([]);
    slow.resume();
    expect(await clients.got(slow)).toEqual(['a', 'b', 'c']);
  });

  it('is let go when its queue is full, by default', async () => {
    await using clients = await slowAndQuick();
    for (let count = 0; count < 40; count += 1) await clients.send().told(long(`${count}`));
    expect(await within(clients.slow.closed(), 'the slow client is let go')).toMatchObject({ kind: 'failed' });
    expect(clients.host.logger.events.filter(({ event }) => event === 'slowConsumer')).toEqual([
      { level: 'warning', event: 'slowConsumer', fields: expect.objectContaining({ messages: expect.any(Number) }) },
    ]);
    expect(await clients.got(clients.quick)).toHaveLength(40);
    expect(clients.host.hub.connectionCount).toBe(1);
  });

  it('goes without what is volatile', async () => {
    await using clients = await slowAndQuick();
    const { send, slow, quick, host } = clients;
    for (let count = 0; count < 200; count += 1) {
      await send('drop').told(long(`${count}`));
      await settled();
    }
    await send().told('not volatile');
    slow.resume();
    expect(await clients.got(slow)).toEqual(['not volatile']);
    expect(await clients.got(quick)).toHaveLength(201);
    expect(host.logger.events.filter(({ event }) => event === 'messageDropped')).toHaveLength(200);
    await send('drop').told('it reads');
    expect((await clients.got(slow)).at(-1)).toBe('it reads');
  });

  it('gets the newest of each key, where the oldest stood', async () => {
    await using clients = await slowAndQuick();
    const { send, slow, quick } = clients;
    for (let price = 1; price <= 500; price += 1) {
      for (const article of ['tea', 'ink']) await send({ latest: `price of ${article}` }).priced(article, price);
      if (price === 1) await send().told('opened');
    }
    slow.resume();
    expect(await clients.got(slow)).toEqual(['tea 500', 'ink 500', 'opened']);
    expect(await clients.got(quick)).toHaveLength(1_001);
  });

  it('holds up those who choose to wait for it', async () => {
    await using clients = await slowAndQuick();
    const { send, slow, quick } = clients;
    let sent = 0;
    const sending = async (): Promise<void> => {
      for (; sent < 100; sent += 1) await send('wait').told(long(`${sent}`));
    };
    const all = sending();
    await settled();
    expect(sent).toBeGreaterThan(5);
    expect(sent).toBeLessThan(30);
    // The quick one has got all that was sent, that which its sender still waits for included.
    expect(await clients.got(quick)).toHaveLength(sent + 1);
    slow.resume();
    await within(all, 'everything is queued');
    expect(await clients.got(slow)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
  });

  it('is not let go for results while others wait for it', async () => {
    await using clients = await slowAndQuick();
    const { send, slow, host } = clients;
    for (let count = 0; count < 30; count += 1) void send('wait').told(long(`${count}`));
    const call = slow.begin('echo', [long('result')]);
    await settled();
    expect(host.hub.connectionCount).toBe(2);
    slow.resume();
    await slow.completion(call);
    expect(await clients.got(slow)).toHaveLength(30);
  });

  it('keeps nobody waiting when it is gone', async () => {
    await using clients = await slowAndQuick();
    const waiting = Array.from({ length: 30 }, (_, index) => clients.send('wait').told(long(`${index}`)));
    clients.slow.cut();
    await within(Promise.all(waiting), 'everyone goes on');
    expect(await clients.got(clients.quick)).toHaveLength(30);
  });

  it('is let go when more wait for it than its queue may hold', async () => {
    await using clients = await slowAndQuick();
    const waiting: unknown[] = [];
    for (let count = 0; count < 100; count += 1) {
      waiting.push(clients.send('wait').told(long(`${count}`)));
      await settled();
    }
    await within(clients.slow.closed(), 'the slow client is let go');
    await within(Promise.all(waiting), 'everyone goes on');
    expect(await clients.got(clients.quick)).toHaveLength(100);
  });

  it('gets streams in order with what it is sent', async () => {
    await using clients = await slowAndQuick();
    const { send, slow } = clients;
    const stream = slow.beginStream('count', [50]);
    await settled();
    for (const name of ['a', 'b']) await send().told(long(name));
    slow.resume();
    const { outcome } = await slow.completion(stream);
    expect(outcome).toEqual({ kind: 'void' });
    const items = slow.unread.filter(({ type }) => type === 2);
    expect(items.map((message) => Number('item' in message && message.item))).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    );
    expect(await clients.got(slow)).toEqual(['a', 'b']);
  });

  it.each(['disconnect', 'wait', { latest: 'x' }] as const)(
    'gets a result behind what came before (%j)',
    async (policy) => {
      await using clients = await slowAndQuick();
      const { slow } = clients;
      const call = slow.begin('tellAndAnswer', [policy]);
      await settled();
      slow.resume();
      await slow.completion(call);
      expect(await clients.got(slow)).toEqual(['before']);
    },
  );
});

describe('a send that waits', () => {
  it('gives up when its time is over, and takes back what nobody has queued', async () => {
    await using clients = await slowAndQuick();
    const { all } = clients.host.server.context(NewsHub).clients;
    for (let count = 0; count < 20; count += 1) void clients.send('wait').told(long(`${count}`));
    const late = all.withOptions({ slowConsumer: 'wait', timeoutMs: 10 }).told('late');
    await expect(late).rejects.toMatchObject({ code: 'HUB_SLOW_CONSUMER', message: expect.stringContaining('10 ms') });
    clients.slow.resume();
    expect(await clients.got(clients.slow)).toHaveLength(20);
    expect(await clients.got(clients.quick)).toContain('late');
  });

  it('gives up when its signal fires, and does not begin when it has', async () => {
    await using clients = await slowAndQuick();
    const { all } = clients.host.server.context(NewsHub).clients;
    for (let count = 0; count < 20; count += 1) void clients.send('wait').told(long(`${count}`));
    const stop = new AbortController();
    const sends = all.withOptions({ slowConsumer: 'wait' }).withOptions({ signal: stop.signal });
    const cancelled = sends.told('cancelled');
    stop.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    await expect(sends.told('never')).rejects.toThrow('enough');
    clients.slow.resume();
    expect(await clients.got(clients.slow)).toHaveLength(20);
    expect(await clients.got(clients.quick)).not.toContain('never');
  });
});

describe('the policy of a hub', () => {
  it('is for calls that name none', async () => {
    await using clients = await slowAndQuick({ slowConsumerPolicy: 'drop' });
    await clients.send().told('volatile');
    await clients.send('disconnect').told('kept');
    clients.slow.resume();
    expect(await clients.got(clients.slow)).toEqual(['kept']);
  });

  it('can be chosen for each call', async () => {
    const asked: unknown[] = [];
    const slowConsumerPolicy = (target: string, args: readonly unknown[]): SlowConsumerPolicy => {
      asked.push(args[0]);
      return target === 'priced' ? { latest: `price of ${String(args[0])}` } : 'disconnect';
    };
    await using clients = await slowAndQuick({ slowConsumerPolicy });
    for (const price of [1, 2, 3]) await clients.send().priced('tea', price);
    await clients.send().told('kept');
    clients.slow.resume();
    expect(await clients.got(clients.slow)).toEqual(['tea 3', 'kept']);
    // Once for each call, and not for calls that everybody takes at once.
    expect(asked).toEqual(['tea', 'tea', 'tea', 'kept']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no policy');
      },
    ],
    ['is none', () => 'latest' as never],
  ])('that %s is the default, and is logged', async (_what, slowConsumerPolicy) => {
    await using clients = await slowAndQuick({ slowConsumerPolicy });
    await clients.send().told('kept');
    clients.slow.resume();
    expect(await clients.got(clients.slow)).toEqual(['kept']);
    expect(clients.host.logger.claim('slowConsumerPolicyFailed')).toHaveLength(1);
  });

  it.each([['sometimes'], [{ latest: 'x' }], [null]])('cannot be %j', (slowConsumerPolicy) => {
    expect(() => serveHub(NewsHub, { slowConsumerPolicy: slowConsumerPolicy as never })).toThrow(
      "slowConsumerPolicy must be 'disconnect', 'wait', 'drop' or a function.",
    );
  });

  it.each([['sometimes'], [{ latest: 5 }], [null]])('of a call cannot be %j', async (slowConsumer) => {
    await using host = serveHub(NewsHub);
    const { all } = host.server.context(NewsHub).clients;
    expect(() => all.withOptions({ slowConsumer: slowConsumer as never })).toThrow(
      "slowConsumer must be 'disconnect', 'wait', 'drop' or { latest: key }.",
    );
  });

  it('travels with a call to other nodes, and stays where it is otherwise', async () => {
    const backplane = new InMemoryBackplane();
    await using near = serveHub(NewsHub, { backplane, slowConsumerPolicy: 'drop' });
    await using far = await slowAndQuick({ backplane });
    const { all } = near.server.context(NewsHub).clients;
    await all.withOptions({ slowConsumer: 'drop' }).told('volatile');
    for (const price of [1, 2]) await all.withOptions({ slowConsumer: { latest: 'tea' } }).priced('tea', price);
    await all.told('as the hub there says');
    far.slow.resume();
    expect(await far.got(far.slow)).toEqual(['tea 2', 'as the hub there says']);
  });
});

describe('a message that no queue could take', () => {
  it('is refused before anybody has got it, whatever its policy', async () => {
    await using clients = await slowAndQuick();
    for (const policy of ['disconnect', 'wait', 'drop', { latest: 'x' }] as const) {
      await expect(clients.send(policy).told('x'.repeat(4_000))).rejects.toMatchObject({
        code: 'HUB_MESSAGE_TOO_LARGE',
      });
    }
    expect(await clients.got(clients.quick)).toEqual([]);
    expect(clients.host.hub.connectionCount).toBe(2);
  });

  it('becomes an error of the call that it is the result of', async () => {
    await using host = serveHub(NewsHub, { ...options, jsonRpc: true });
    const client = await host.connect();
    await expect(client.invoke('echo', 'x'.repeat(4_000))).rejects.toThrow("Failed to invoke 'echo'");
    expect(await client.invoke('echo', 'short')).toBe('short');
    const other = new JsonRpcTestClient(host.hub);
    expect(await other.call('echo', ['x'.repeat(4_000)])).toMatchObject({ error: { code: -32603 } });
    expect(await other.call('echo', ['short'])).toMatchObject({ result: 'short' });
    host.logger.claim('invocationFailed');
  });
});

describe('a JSON-RPC client that does not keep up', () => {
  it('goes without, or gets the newest, each in a frame of its own', async () => {
    await using host = serveHub(NewsHub, { ...options, jsonRpc: true });
    const client = new JsonRpcTestClient(host.hub, smallTransport);
    await client.call('echo', ['hello']);
    const { all } = host.server.context(NewsHub).clients;
    client.pause();
    for (const filler of [1, 2, 3]) await all.told(long(`filler ${filler}`));
    await all.withOptions({ slowConsumer: 'drop' }).told('volatile');
    for (const price of [1, 2, 3]) await all.withOptions({ slowConsumer: { latest: 'tea' } }).priced('tea', price);
    client.send({ jsonrpc: '2.0', method: 'echo', params: ['answer'], id: 5 });
    await settled();
    client.resume();
    await settled();
    expect(client.unread.slice(3).map((frame) => JSON.parse(frame))).toEqual([
      { jsonrpc: '2.0', method: 'priced', params: ['tea', 3] },
      { jsonrpc: '2.0', result: 'answer', id: 5 },
    ]);
  });
});
