import { createRequire } from 'node:module';
import { jsonRpcFailures } from '@hubwire/hub-protocol/json-rpc';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startConformanceServer } from './src/conformance-server.ts';
import { startJsonRpcHost } from './src/json-rpc/json-rpc-host.ts';
import { PlainClient } from './src/json-rpc/plain-client.ts';
import { RpcWebSocketsClient } from './src/json-rpc/rpc-websockets-client.ts';
import { printedExamples } from './src/json-rpc/specification.ts';
import { SilentClient } from './src/json-rpc/silent-client.ts';
import { within } from './src/within.ts';

import type * as signalr10 from '@microsoft/signalr';
import type * as signalrMessagePack from '@microsoft/signalr-protocol-msgpack';

const require = createRequire(import.meta.url);
const signalr = require('@microsoft/signalr') as typeof signalr10;
const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack') as typeof signalrMessagePack;

/** Without the white space that is in print only. */
const compact = (json: string): string => JSON.stringify(JSON.parse(json));
const check = '{"jsonrpc":"2.0","method":"echo","params":["check"],"id":"check"}';
const checked = '{"jsonrpc":"2.0","result":"check","id":"check"}';

/** What comes back, and that nothing else does before the answer to what is sent behind it. */
async function expectAnswer(
  client: PlainClient,
  { sent, answered }: { readonly sent: string | Uint8Array; readonly answered: string | undefined },
): Promise<void> {
  client.send(sent);
  client.send(check);
  const expected = answered === undefined ? [checked] : [compact(answered), checked];
  for (const frame of expected) expect(await client.next()).toBe(frame);
}

describe('JSON-RPC, the examples of the specification', () => {
  it.each(printedExamples)('$title', async ({ sent, answered }) => {
    await using host = await startJsonRpcHost();
    using client = await PlainClient.open(host.webSocketUrl);
    await expectAnswer(client, { sent, answered });
  });

  it('all on one connection, as text and as bytes', async () => {
    await using host = await startJsonRpcHost();
    using client = await PlainClient.open(host.webSocketUrl);
    const encoder = new TextEncoder();
    for (const { sent, answered } of printedExamples) {
      await expectAnswer(client, { sent, answered });
      await expectAnswer(client, { sent: encoder.encode(sent), answered });
    }
  });
});

describe('JSON-RPC, rpc-websockets', () => {
  it('calls by position and by name, and notifies', async () => {
    await using host = await startJsonRpcHost();
    using rpc = await RpcWebSocketsClient.open(host.webSocketUrl);
    expect(await rpc.call('subtract', [42, 23])).toBe(19);
    expect(await rpc.call('subtract', { subtrahend: 23, minuend: 42 })).toBe(19);
    expect(await rpc.call('get_data')).toEqual(['hello', 5]);
    expect(await rpc.call('update', [])).toBeNull();
    await rpc.client.notify('update', [1]);
    await expect(rpc.call('missing')).rejects.toEqual({ code: -32601, message: 'Method not found' });
    await expect(rpc.call('refuse', ['no'])).rejects.toEqual({ code: -32000, message: 'no' });
    await expect(rpc.call('rpc.login', { user: 'x' })).rejects.toMatchObject({ code: -32601 });
  });

  it('subscribes to events and unsubscribes', async () => {
    await using host = await startJsonRpcHost();
    using rpc = await RpcWebSocketsClient.open(host.webSocketUrl);
    using caller = await PlainClient.open(host.webSocketUrl);
    expect(await within(rpc.client.subscribe(['news', 'ping']), 'the subscription')).toEqual({
      news: 'ok',
      ping: 'ok',
    });
    const [news, ping] = [rpc.nextEvent('news'), rpc.nextEvent('ping')];
    caller.send('{"jsonrpc":"2.0","method":"tell","params":["a",{"b":1},[2]]}');
    caller.send('{"jsonrpc":"2.0","method":"pingAll"}');
    expect(await news).toEqual(['a', { b: 1 }, [2]]);
    expect(await ping).toEqual([]);

    expect(await within(rpc.client.unsubscribe('news'), 'the end of the subscription')).toEqual({ news: 'ok' });
    const seen: unknown[] = [];
    rpc.client.on('news', (...args: unknown[]) => seen.push(args));
    const pinged = rpc.nextEvent('ping');
    caller.send('{"jsonrpc":"2.0","method":"tell","params":["later"]}');
    caller.send('{"jsonrpc":"2.0","method":"pingAll"}');
    await pinged;
    expect(seen).toEqual([]);
  });

  it('hears notifications without a subscription, once it has called', async () => {
    await using host = await startJsonRpcHost();
    using rpc = await RpcWebSocketsClient.open(host.webSocketUrl);
    const news = rpc.nextEvent('news');
    await rpc.call('tell', ['a', 'b']);
    // Its own way with notifications: the list is one argument.
    expect(await news).toEqual([['a', 'b']]);
  });
});

describe('JSON-RPC, the end of a connection', () => {
  it('brings rpc-websockets back when the server shut down and is there again', async () => {
    const first = await startJsonRpcHost();
    using rpc = await RpcWebSocketsClient.open(first.webSocketUrl, true);
    expect(await rpc.call('subtract', [42, 23])).toBe(19);
    const closed = new Promise((resolve) => rpc.client.once('close', resolve));
    const reopened = new Promise((resolve) => rpc.client.once('open', resolve));
    await first[Symbol.asyncDispose]();
    expect(await within(closed, 'rpc-websockets loses its connection')).toBe(1001);
    await using _second = await startJsonRpcHost({}, Number(new URL(first.url).port));
    await within(reopened, 'rpc-websockets comes back', 15_000);
    expect(await rpc.call('subtract', [23, 42])).toBe(-19);
  });

  it('comes for a client that answers no ping, and for no other', async () => {
    await using host = await startJsonRpcHost({
      keepAliveIntervalMs: 200,
      clientTimeoutMs: 3_000,
      disconnectTimeoutMs: 200,
    });
    using quiet = await PlainClient.open(host.webSocketUrl);
    expect(await quiet.ask(check)).toBe(checked);
    using dead = await SilentClient.open(host.webSocketUrl, check);
    const received = await within(dead.received, 'the silent client is let go', 20_000);
    const answer = Buffer.concat([Buffer.of(0x81, checked.length), Buffer.from(checked)]);
    const [pings, end] = [received.subarray(answer.length, -4), received.subarray(-4)];
    expect(received.subarray(0, answer.length)).toEqual(answer);
    expect(pings.toString('hex')).toMatch(/^(8900)+$/u);
    expect(end).toEqual(Buffer.of(0x88, 2, 1001 >> 8, 1001 & 0xff));
    expect(await quiet.ask(check)).toBe(checked);
  });
});

describe('JSON-RPC, beside SignalR', () => {
  it('one broadcast reaches an official client on JSON, one on MessagePack, rpc-websockets and a plain one', async () => {
    await using host = await startJsonRpcHost();
    const builder = () => new signalr.HubConnectionBuilder().configureLogging(signalr.LogLevel.None).withUrl(host.url);
    const speaker = builder().build();
    const hubs = [speaker, builder().withHubProtocol(new MessagePackHubProtocol()).build()];
    using rpc = await RpcWebSocketsClient.open(host.webSocketUrl);
    using plain = await PlainClient.open(host.webSocketUrl);
    try {
      const heard = hubs.map((hub) => new Promise((resolve) => hub.on('news', (...args) => resolve(args))));
      for (const hub of hubs) await within(hub.start(), 'the official client connects');
      await within(rpc.client.subscribe('news'), 'the subscription');
      expect(await plain.ask(check)).toBe(checked);
      const event = rpc.nextEvent('news');
      await within(speaker.invoke('tell', 'hello', 1, null), 'the broadcast');
      expect(await within(Promise.all(heard), 'the official clients hear it')).toEqual([
        ['hello', 1, null],
        ['hello', 1, null],
      ]);
      expect(await event).toEqual(['hello', 1, null]);
      expect(await plain.next()).toBe('{"jsonrpc":"2.0","method":"news","params":["hello",1,null]}');
    } finally {
      for (const hub of hubs) await hub.stop();
    }
  });

  it('the official client may leave out negotiation where JSON-RPC is served', async () => {
    await using host = await startJsonRpcHost();
    const options = { skipNegotiation: true, transport: signalr.HttpTransportType.WebSockets };
    for (const protocol of [new signalr.JsonHubProtocol(), new MessagePackHubProtocol()]) {
      const builder = new signalr.HubConnectionBuilder().configureLogging(signalr.LogLevel.None);
      const hub = builder.withUrl(host.url, options).withHubProtocol(protocol).build();
      await within(hub.start(), 'the official client connects');
      expect(await within(hub.invoke('subtract', 3, 2), 'the answer')).toBe(1);
      await hub.stop();
    }
  });

  it('the client answers where its result is awaited', async () => {
    await using host = await startJsonRpcHost();
    using client = await PlainClient.open(host.webSocketUrl);
    const request = await client.ask('{"jsonrpc":"2.0","method":"askName","id":7}');
    expect(request).toBe('{"jsonrpc":"2.0","method":"name","params":["hello"],"id":"s1"}');
    expect(await client.ask('{"jsonrpc":"2.0","result":"Ann","id":"s1"}')).toBe(
      '{"jsonrpc":"2.0","result":"Ann","id":7}',
    );
  });

  it('is served by the conformance server', async () => {
    const server = await startConformanceServer({ host: '127.0.0.1', port: 0 });
    try {
      using rpc = await RpcWebSocketsClient.open(`${server.url.replace('http', 'ws')}/jsonrpc`);
      expect(await rpc.call('Add', [1, 2])).toBe(3);
      await expect(rpc.call('ThrowException', ['why'])).rejects.toEqual({
        code: -32603,
        message: 'Internal error',
        data: 'InvalidOperationException: why',
      });
      await expect(rpc.call('secret')).rejects.toMatchObject({ code: -32601 });
      await expect(rpc.call('Stream')).rejects.toMatchObject({ code: -32002 });
    } finally {
      await server.close();
    }
  });
});

describe('JSON-RPC, hostile clients', () => {
  const codes: ReadonlySet<unknown> = new Set(Object.values(jsonRpcFailures).map(({ code }) => code));

  it('get no answers but those that are documented, from their first frame on', async () => {
    await using host = await startJsonRpcHost();
    using bystander = await PlainClient.open(host.webSocketUrl);
    expect(await bystander.ask(check)).toBe(checked);
    const request = fc.record(
      {
        jsonrpc: fc.constant('2.0'),
        method: fc.constantFrom('echo', 'rpc.on', '__proto__', 'x'),
        params: fc.jsonValue(),
        id: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const frame = fc.oneof(
      // No SignalR handshake: what has 0x1E in it is one of the other protocol.
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('\u001E')),
      fc.json(),
      fc.array(fc.oneof(request, fc.jsonValue())).map((entries) => JSON.stringify(entries)),
      fc.uint8Array().filter((bytes) => !bytes.includes(0x1e)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
        using client = await PlainClient.open(host.webSocketUrl);
        for (const sent of frames) client.send(sent);
        client.send(check);
        for (let text = await client.next(); text !== checked; text = await client.next()) {
          const failed = [JSON.parse(text)].flat().filter(({ error }) => error !== undefined);
          for (const { error } of failed) expect(codes).toContain(error.code);
        }
      }),
      { numRuns: 150 },
    );
    expect(await bystander.ask(check)).toBe(checked);
  });

  it('are refused a batch of 100,000', async () => {
    const options = { maximumReceiveMessageBytes: 16_000_000, maximumFrameBytes: 16_000_000 };
    await using host = await startJsonRpcHost(options);
    using client = await PlainClient.open(host.webSocketUrl);
    const one = '{"jsonrpc":"2.0","method":"echo","params":[1],"id":1}';
    const answer = await client.ask(`[${`${one},`.repeat(99_999)}${one}]`);
    expect(JSON.parse(answer)).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Invalid Request', data: 'A batch may hold 100 messages.' },
      id: null,
    });
    expect(await client.ask(check)).toBe(checked);
  });

  it('lose their own connection, and no other, for a frame that the transport refuses', async () => {
    await using host = await startJsonRpcHost({ maximumFrameBytes: 100_000 });
    using bystander = await PlainClient.open(host.webSocketUrl);
    using client = await PlainClient.open(host.webSocketUrl);
    expect(await client.ask(check)).toBe(checked);
    client.send(`[${'1,'.repeat(99_999)}1]`);
    expect(await within(client.closed, 'the WebSocket closes')).toBe(1009);
    expect(await bystander.ask(check)).toBe(checked);
  });
});
