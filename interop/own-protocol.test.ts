import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpTransportType, HubConnectionBuilder, type HubConnection } from '@hubwire/hub-client';
import { JsonHubProtocol, writeHandshakeRequest, type HubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { defineHubProtocolConformance } from '@hubwire/hub-protocol/testing';
import { createHubServer, Hub, hubMethod, type MappedHub } from '@hubwire/hub-server';
import { createHttpConnectionFactory } from '@hubwire/transports/client';
import { InMemoryListener } from '@hubwire/transports/in-memory';
import { Encoder } from 'cbor-x';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { CborHubProtocol } from './src/own-protocols/cbor-hub-protocol.ts';
import { TaggedJsonHubProtocol } from './src/own-protocols/tagged-json-hub-protocol.ts';
import { within } from './src/within.ts';

interface Client {
  announced(text: string, at: Date): void;
}

class DeskHub extends Hub<Client> {
  @hubMethod()
  echo(value: unknown): unknown {
    return value;
  }

  @hubMethod()
  refuse(): void {
    throw new Error('not today');
  }

  @hubMethod()
  *count(to: number): Generator<{ readonly at: Date; readonly n: number }> {
    for (let n = 0; n < to; n++) yield { at: new Date(n), n };
  }

  @hubMethod()
  async total(numbers: AsyncIterable<number>): Promise<number> {
    let total = 0;
    for await (const number of numbers) total += number;
    return total;
  }

  @hubMethod()
  async announce(text: string): Promise<void> {
    await this.clients.all.announced(text, new Date(7));
  }
}

const protocols = {
  json: new JsonHubProtocol(),
  messagepack: new MessagePackHubProtocol(),
  cbor: new CborHubProtocol(),
  taggedJson: new TaggedJsonHubProtocol(),
} as const;

let url: string;
let desk: MappedHub<unknown>;
let closeServer: () => Promise<void>;
const connections: HubConnection[] = [];

beforeAll(async () => {
  const hubs = createHubServer({ protocols: Object.values(protocols), enableDetailedErrors: true });
  desk = hubs.mapHub('/desk', DeskHub);
  const server = createServer((request, response) => {
    if (!hubs.handle(request, response)) response.writeHead(404).end();
  });
  hubs.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/desk`;
  closeServer = async () => {
    await hubs.close();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(connections.splice(0).map((connection) => connection.stop()));
});
afterAll(() => closeServer());

type Way = keyof typeof HttpTransportType | 'in memory';

function build(protocol: HubProtocol, way: Way): HubConnection {
  const builder = new HubConnectionBuilder().withHubProtocol(protocol);
  if (way === 'in memory')
    builder.withConnection(new InMemoryListener((connection) => desk.accept(connection)).connect);
  else builder.withUrl(url, HttpTransportType[way]);
  const connection = builder.build();
  connections.push(connection);
  return connection;
}

async function* upTo(count: number): AsyncGenerator<number> {
  for (let n = 1; n <= count; n++) yield n;
}

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const collected: unknown[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe.each<[string, HubProtocol, readonly Way[]]>([
  ['of bytes', protocols.cbor, ['WebSockets', 'LongPolling', 'in memory']],
  ['of text', protocols.taggedJson, ['WebSockets', 'ServerSentEvents', 'LongPolling', 'in memory']],
])("a user's own protocol %s", (_, protocol, ways) => {
  it.each(ways)('carries calls, streams and uploads over %s', async (way) => {
    const parsed = vi.spyOn(protocol, 'parseMessage');
    const connection = build(protocol, way);
    const announcements: unknown[] = [];
    connection.on('announced', (...args: unknown[]) => announcements.push(args));
    await within(connection.start(), 'the connection starts');

    // JSON would have made texts of the date and of the bytes.
    const value = { at: new Date(1_795_341_600_123), bytes: Uint8Array.of(0, 30, 255), list: [1, 'zwölf', null] };
    expect(await within(connection.invoke('echo', value), 'the echo')).toEqual(value);
    await expect(within(connection.invoke('refuse'), 'the refusal')).rejects.toThrow('not today');
    const items = await within(collect(connection.stream('count', 2)), 'the stream');
    expect(items).toEqual([
      { at: new Date(0), n: 0 },
      { at: new Date(1), n: 1 },
    ]);
    expect(await within(connection.invoke('total', upTo(4)), 'the upload')).toBe(10);
    await within(connection.invoke('announce', 'hello'), 'the broadcast');
    expect(announcements).toEqual([['hello', new Date(7)]]);
    expect(parsed).toHaveBeenCalled();
  });
});

describe("a user's own protocol of bytes over Server-Sent Events", () => {
  it('is not tried by the client', async () => {
    const starting = build(protocols.cbor, 'ServerSentEvents').start();
    await expect(within(starting, 'the refusal')).rejects.toThrow(/ServerSentEvents: It does not carry Binary\./);
  });

  it('is refused by the server', async () => {
    const connect = createHttpConnectionFactory(url, { transports: ['ServerSentEvents'] });
    const connection = await within(connect('Text', AbortSignal.timeout(5000)), 'the event stream');
    const answer = new Promise((resolve) => {
      connection.start({ onFrame: resolve, onClose: resolve, onDrain() {} });
    });
    connection.send(writeHandshakeRequest({ protocol: 'cbor', version: 1 }, 'Text'));
    expect(await within(answer, 'the answer')).toBe(
      `{"error":"Cannot use the 'cbor' protocol on the current transport. The transport does not support 'Binary' transfer format."}\u001e`,
    );
    connection.close();
  });
});

describe('a broadcast with several protocols in use', () => {
  it.each([1, 5])('is encoded once per protocol for %i connections of each', async (count) => {
    const used = [protocols.json, protocols.messagepack, protocols.cbor];
    const arrivals = used.flatMap((protocol) =>
      Array.from({ length: count }, async () => {
        const connection = build(protocol, 'in memory');
        const announced = new Promise((resolve) => connection.on('announced', resolve));
        await connection.start();
        return { announced };
      }),
    );
    const clients = await within(Promise.all(arrivals), 'all clients connect');
    const announcer = build(protocols.json, 'in memory');
    await within(announcer.start(), 'one more client connects');
    const written = used.map((protocol) => vi.spyOn(protocol, 'writeMessage'));
    const unused = vi.spyOn(protocols.taggedJson, 'writeMessage');
    await within(announcer.invoke('announce', 'to all'), 'the broadcast');
    await within(Promise.all(clients.map(({ announced }) => announced)), 'everybody hears it');
    const broadcasts = (spy: (typeof written)[number]): number =>
      spy.mock.calls.filter(([message]) => message.type === 1 && message.target === 'announced').length;
    expect(written.map(broadcasts)).toEqual([1, 1, 1]);
    expect(unused).not.toHaveBeenCalled();
  });
});

const cbor = new Encoder({ useRecords: false, tagUint8Array: false });
defineHubProtocolConformance({
  name: "CborHubProtocol, a user's own",
  create: () => new CborHubProtocol(),
  vectors: [{ name: 'a ping', message: { type: 6 }, wire: cbor.encode({ type: 6 }) }],
  encode: (fields) => cbor.encode(fields),
});
defineHubProtocolConformance({
  name: "TaggedJsonHubProtocol, a user's own",
  create: () => new TaggedJsonHubProtocol(),
  vectors: [{ name: 'an ack', message: { type: 8, sequenceId: 7 }, wire: '{"type":8,"sequenceId":7}' }],
  encode: (fields) => JSON.stringify(fields),
});
