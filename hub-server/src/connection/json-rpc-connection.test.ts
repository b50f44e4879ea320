import * as fc from 'fast-check';
import { jsonRpcFailures } from '@hubwire/hub-protocol/json-rpc';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub, HubException, hubMethod, type HubServerOptions } from '../index.ts';
import { JsonRpcTestClient } from '../testing/json-rpc-test-client.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

class TalkHub extends Hub {
  @hubMethod() echo(value: unknown): unknown {
    return value;
  }
  @hubMethod() async tell(method: string, ...args: unknown[]): Promise<void> {
    await this.clients.all[method]?.(...args);
  }
  @hubMethod() async ask(question: string): Promise<unknown> {
    return this.clients.caller.invoke['answer']?.(question);
  }
}

const serve = (options: HubServerOptions = {}) => serveHub(TalkHub, { jsonRpc: true, ...options });
const invalid = (code: number) => ({ jsonrpc: '2.0', error: expect.objectContaining({ code }), id: null });

describe('JSON-RPC, the first frame', () => {
  it('decides: a handshake of SignalR is answered as one', async () => {
    await using host = serve();
    const official = await host.connect({ isBare: true });
    expect(await official.invoke('echo', 1)).toBe(1);
    const client = new JsonRpcTestClient(host.hub);
    client.send('{"protocol":"json","version":1}\u001E');
    expect(await client.nextFrame()).toBe('{}\u001E');
  });

  it.each(['', 'garbage', '{"protocol":"json","version":1}', '[]', '1'])(
    'that is %j begins JSON-RPC',
    async (frame) => {
      await using host = serve();
      const client = new JsonRpcTestClient(host.hub);
      client.send(frame);
      expect(await client.next()).toMatchObject({ jsonrpc: '2.0', id: null });
      expect(await client.call('echo', [1])).toEqual({ result: 1, id: 1 });
    },
  );

  it.each([
    ['where the hub does not speak it', { jsonRpc: false }, {}],
    ['on a connection that was negotiated', { jsonRpc: true }, { isBare: false }],
  ])('is no JSON-RPC %s', async (_, options, connection) => {
    await using host = serve({ handshakeTimeoutMs: 50, ...options });
    const client = new JsonRpcTestClient(host.hub, connection);
    client.send({ jsonrpc: '2.0', method: 'echo', params: [1], id: 1 });
    expect(await client.nextFrame()).toBe('{"error":"Handshake was canceled."}\u001E');
    expect(await client.closed()).toEqual({ kind: 'remote' });
  });

  it('is an option of one hub, over that of its server', async () => {
    await using host = serveHub(TalkHub, { jsonRpc: true });
    const hub = host.server.mapHub('/signalr', TalkHub, { jsonRpc: false, handshakeTimeoutMs: 50 });
    const client = new JsonRpcTestClient(hub);
    client.send({ jsonrpc: '2.0', method: 'echo', id: 1 });
    expect(await client.nextFrame()).toContain('Handshake was canceled.');
  });

  it.each([{ maximumBatch: 0 }, { maximumBatch: Infinity }, { maximumSubscriptions: '1' }, 'yes', null])(
    'needs options that are right: %j',
    (jsonRpc) => {
      expect(() => serve({ jsonRpc: jsonRpc as never })).toThrow(
        expect.objectContaining({ code: 'HUB_INVALID_OPTION', message: expect.stringContaining('jsonRpc') }),
      );
    },
  );
});

describe('JSON-RPC, calls of the client', () => {
  it('arrive as notifications', async () => {
    await using host = serve();
    const [client, official] = [new JsonRpcTestClient(host.hub), await host.connect()];
    expect(await client.call('tell', ['news', 1, 'a'])).toEqual({ method: 'news', params: [1, 'a'] });
    expect(await client.nextFrame()).toBe('{"jsonrpc":"2.0","result":null,"id":1}');
    expect(await official.next('news')).toEqual([1, 'a']);
  });

  it('arrive as requests where a result is awaited', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    const ask = { jsonrpc: '2.0', method: 'ask', params: ['?'], id: 'q' };
    client.send(ask);
    expect(await client.nextFrame()).toBe('{"jsonrpc":"2.0","method":"answer","params":["?"],"id":"s1"}');
    client.send({ jsonrpc: '2.0', result: 'yes', id: 's0' });
    client.send({ jsonrpc: '2.0', result: 'yes', id: 's1' });
    expect(await client.next()).toEqual({ jsonrpc: '2.0', result: 'yes', id: 'q' });
    client.send(ask);
    await client.nextFrame();
    client.send({ jsonrpc: '2.0', error: { code: 1, message: 'I will not.' }, id: 's2' });
    expect(await client.next()).toEqual({ jsonrpc: '2.0', error: { code: -32000, message: 'I will not.' }, id: 'q' });
    expect(client.unread).toEqual([]);
  });
});

describe('JSON-RPC, events of rpc-websockets', () => {
  it('come in their own form, once the client subscribes, and then no others', async () => {
    await using host = serve();
    const [client, plain] = [new JsonRpcTestClient(host.hub), new JsonRpcTestClient(host.hub)];
    await plain.call('echo', [1]);
    expect(await client.call('rpc.on', ['news', 'news', '__proto__'])).toEqual({
      result: JSON.parse('{"news":"socket has already been subscribed to event","__proto__":"ok"}'),
      id: 1,
    });
    for (const method of ['other', 'news']) plain.notify('tell', method, 1, [2]);
    expect(await client.nextFrame()).toBe('{"notification":"news","params":[1,[2]]}');
    expect(await plain.next()).toMatchObject({ method: 'other' });
    expect(await plain.next()).toMatchObject({ method: 'news', params: [1, [2]] });
    expect(await client.call('rpc.off', ['news', 'other'])).toEqual({
      result: { news: 'ok', other: 'not subscribed' },
      id: 1,
    });
    await plain.call('tell', ['news']);
    expect(await client.call('echo', [1])).toEqual({ result: 1, id: 1 });
    expect(client.unread).toEqual([]);
  });

  it('do not keep requests of the server away', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    await client.call('rpc.on', ['news']);
    client.send({ jsonrpc: '2.0', method: 'ask', params: ['?'], id: 'q' });
    expect(await client.next()).toMatchObject({ method: 'answer', id: 's1' });
    client.send({ jsonrpc: '2.0', result: 'yes', id: 's1' });
    expect(await client.next()).toMatchObject({ result: 'yes', id: 'q' });
  });

  it('are subscribed before onConnected calls the client', async () => {
    class WelcomeHub extends Hub {
      override async onConnected(): Promise<void> {
        await this.clients.caller['welcome']?.('you');
      }
    }
    await using host = serveHub(WelcomeHub, { jsonRpc: true });
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('rpc.on', ['welcome'])).toMatchObject({ result: { welcome: 'ok' } });
    expect(await client.nextFrame()).toBe('{"notification":"welcome","params":["you"]}');
  });

  it.each([[[]], [[1]], [{}], [{ a: 'news' }], [undefined]])('need names, not %j', async (params) => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('rpc.on', params)).toMatchObject({ error: { code: -32602 } });
    expect(await client.call('rpc.off', params)).toMatchObject({ error: { code: -32602 } });
    await client.call('tell', ['news']);
    expect(await client.nextFrame()).toContain('"result":null');
  });

  it('are limited', async () => {
    await using host = serve({ jsonRpc: { maximumSubscriptions: 2 } });
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('rpc.on', ['a', 'b', 'c'])).toMatchObject({
      result: { a: 'ok', b: 'ok', c: 'at most 2 events' },
    });
    await client.call('rpc.off', ['a']);
    expect(await client.call('rpc.on', ['c'])).toMatchObject({ result: { c: 'ok' } });
  });
});

describe('JSON-RPC, hostile clients', () => {
  const check = '{"jsonrpc":"2.0","method":"echo","params":["check"],"id":"check"}';
  const checked = '{"jsonrpc":"2.0","result":"check","id":"check"}';

  it('get error answers that are documented, and hurt nobody', async () => {
    const codes: ReadonlySet<unknown> = new Set(Object.values(jsonRpcFailures).map(({ code }) => code));
    await using host = serve();
    const [official, hostile] = [await host.connect(), new JsonRpcTestClient(host.hub)];
    hostile.send('{}');
    await hostile.next();
    const value = fc.jsonValue({ maxDepth: 3 });
    const method = fc.oneof(fc.constantFrom('echo', 'rpc.on', 'rpc.off', '__proto__', 'constructor', 'tell'), value);
    const message = fc.record(
      { jsonrpc: fc.constantFrom('2.0', '1.0'), method, params: value, id: value, result: value, error: value },
      { requiredKeys: [] },
    );
    const frame = fc.oneof(
      fc.string(),
      fc.json(),
      message.map((fields) => JSON.stringify(fields)),
      fc.array(fc.oneof(message, value), { maxLength: 120 }).map((entries) => JSON.stringify(entries)),
      fc.uint8Array(),
    );
    const before = prototypeNames();
    await fc.assert(
      fc.asyncProperty(frame, async (sent) => {
        hostile.send(sent);
        hostile.send(check);
        for (let text = await hostile.nextFrame(); text !== checked; text = await hostile.nextFrame()) {
          for (const code of errorCodes(text)) expect(codes).toContain(code);
        }
      }),
      { numRuns: 500 },
    );
    await settled();
    expect(hostile.unread).toEqual([]);
    expect(prototypeNames()).toEqual(before);
    expect(await official.invoke('echo', 'well')).toBe('well');
  });

  it('may send frames that are too large, and go on', async () => {
    await using host = serve({ maximumReceiveMessageBytes: 100 });
    const client = new JsonRpcTestClient(host.hub);
    client.send('x'.repeat(101));
    expect(await client.next()).toEqual(invalid(-32600));
    client.send({ jsonrpc: '2.0', method: 'echo', params: ['é'.repeat(40)], id: 1 });
    expect(await client.next()).toEqual(invalid(-32600));
    expect(await client.call('echo', ['x'.repeat(40)])).toMatchObject({ result: 'x'.repeat(40) });
  });

  it('cannot pollute a prototype', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.send(
      '{"jsonrpc":"2.0","method":"echo","params":[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}],"id":1}',
    );
    expect(await client.nextFrame()).toBe(
      '{"jsonrpc":"2.0","result":{"constructor":{"prototype":{"polluted":1}},"a":1},"id":1}',
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('are let go when they do not read', async () => {
    await using host = serve({ sendQueueBytes: 10_000 });
    const [slow, good] = [new JsonRpcTestClient(host.hub), new JsonRpcTestClient(host.hub)];
    await slow.call('echo', [1]);
    slow.pause();
    for (let count = 0; count < 30; count += 1) await good.call('tell', ['news', 'x'.repeat(1_000)]);
    await settled();
    expect(host.hub.connectionCount).toBe(1);
    expect(host.logger.events.map(({ event }) => event)).toContain('slowConsumer');
  });
});

describe('JSON-RPC, the end of a connection', () => {
  it('says nothing but goodbye', async () => {
    const host = serve();
    const client = new JsonRpcTestClient(host.hub);
    await client.call('echo', [1]);
    await host[Symbol.asyncDispose]();
    expect(await client.closed()).toEqual({ kind: 'remote' });
    expect(client.unread).toEqual([]);
  });

  it('comes with an error when onConnected or getUserId failed', async () => {
    class ClosedHub extends TalkHub {
      override onConnected(): never {
        throw new HubException('closed today');
      }
    }
    const failing = (): never => {
      throw new Error('no user');
    };
    for (const host of [serveHub(ClosedHub, { jsonRpc: true }), serve({ getUserId: failing })]) {
      await using served = host;
      const client = new JsonRpcTestClient(served.hub);
      client.send({ jsonrpc: '2.0', method: 'echo', id: 1 });
      expect(await client.nextFrame()).toBe(
        '{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":null}',
      );
      expect(await client.closed()).toEqual({ kind: 'remote' });
      for (const { event, level } of served.logger.events) if (level === 'error') served.logger.claim(event);
    }
  });
});

describe('JSON-RPC, time', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('brings no pings, and no end to a silent client', async () => {
    await using host = serve({ keepAliveIntervalMs: 1_000, clientTimeoutMs: 2_000 });
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('echo', [1])).toEqual({ result: 1, id: 1 });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(host.hub.connectionCount).toBe(1);
    expect(client.unread).toEqual([]);
    expect(await client.call('echo', [2])).toEqual({ result: 2, id: 1 });
    client.close();
    await settled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is up for a client that never says anything', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    await vi.advanceTimersByTimeAsync(16_100);
    expect(await client.closed()).toEqual({ kind: 'remote' });
    expect(host.hub.connectionCount).toBe(0);
  });
});

function* errorCodes(frame: string): Generator {
  const answer: unknown = JSON.parse(frame);
  for (const one of Array.isArray(answer) ? answer : [answer]) if (one.error !== undefined) yield one.error.code;
}

function prototypeNames(): string[] {
  return [Object.prototype, Array.prototype].flatMap((prototype) => Reflect.ownKeys(prototype).map(String));
}
