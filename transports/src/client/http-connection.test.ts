import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { connectionPair } from '../in-memory/connection-pair.ts';
import { ConnectionRecorder } from '../testing/connection-recorder.ts';
import { LoopbackHost } from '../testing/loopback-host.ts';
import { json, StubServer, type StubRequest } from '../testing/stub-server.ts';
import type { ClientTransport, ConnectRequest } from './client-transport.ts';
import { createHttpConnectionFactory } from './http-connection.ts';
import type { HttpConnectionOptions } from './http-connection-options.ts';

type Constructors = NonNullable<HttpConnectionOptions['WebSocket'] & HttpConnectionOptions['EventSource']>;

const all = ['WebSockets', 'ServerSentEvents', 'LongPolling'];

const answer = (transports: readonly string[] = all) => ({
  connectionId: 'public',
  connectionToken: 'secret+/=',
  negotiateVersion: 1,
  availableTransports: transports.map((transport) => ({ transport, transferFormats: ['Text', 'Binary'] })),
});

function connect(
  url: string,
  options: HttpConnectionOptions = {},
  signal = AbortSignal.timeout(5_000),
): Promise<Connection> {
  return createHttpConnectionFactory(url, options)('Text', signal);
}

/** A transport that connects to nothing, and notes what it was asked. */
function fakeTransport(name: string, asked: ConnectRequest[] = []): ClientTransport {
  return {
    name,
    transferFormats: ['Text', 'Binary'],
    async connect(request) {
      asked.push(request);
      return connectionPair({ connectionId: request.connectionId }).client;
    },
  };
}

describe('negotiation', () => {
  it('asks for version 1, keeps the query, and connects with the escaped token', async () => {
    await using stub = await StubServer.start((_, response) => json(response, answer(['Fake'])));
    const asked: ConnectRequest[] = [];
    const connection = await connect(`${stub.origin}/chat/?room=%20a`, { transports: [fakeTransport('Fake', asked)] });
    expect(connection.connectionId).toBe('public');
    expect(stub.log).toEqual(['POST /chat/negotiate']);
    expect(Object.fromEntries(stub.requests[0]?.query ?? [])).toEqual({ room: ' a', negotiateVersion: '1' });
    expect(asked.map(({ url }) => url)).toEqual([`${stub.origin}/chat/?room=%20a&id=secret%2B%2F%3D`]);
  });

  it('connects with the connection id where the server speaks version 0', async () => {
    const { connectionToken: _, negotiateVersion: __, ...old } = answer(['Fake']);
    await using stub = await StubServer.start((_, response) => json(response, old));
    const asked: ConnectRequest[] = [];
    await connect(stub.origin, { transports: [fakeTransport('Fake', asked)] });
    expect(asked.map(({ url }) => url)).toEqual([`${stub.origin}/?id=public`]);
  });

  it('follows redirects, with the token that comes along', async () => {
    await using stub = await StubServer.start(({ path }, response) => {
      if (path === '/a/negotiate') json(response, { url: '/b?x=1', accessToken: 'theirs' });
      else json(response, answer(['Fake']));
    });
    const asked: ConnectRequest[] = [];
    await connect(`${stub.origin}/a`, { transports: [fakeTransport('Fake', asked)], accessTokenFactory: () => 'own' });
    expect(stub.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/a/negotiate', 'Bearer own'],
      ['/b/negotiate', 'Bearer theirs'],
    ]);
    expect(asked.map(({ url }) => url)).toEqual([`${stub.origin}/b?x=1&id=secret%2B%2F%3D`]);
    expect(await asked[0]?.http.accessToken()).toBe('theirs');
  });

  it('follows at most 100 redirects', async () => {
    await using stub = await StubServer.start((_, response) => json(response, { url: '/again' }));
    await expect(connect(stub.origin)).rejects.toMatchObject({ code: 'TRANSPORT_TOO_MANY_REDIRECTS' });
    expect(stub.requests).toHaveLength(101);
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ['TRANSPORT_NEGOTIATE_REFUSED', 'No room.', (response) => json(response, { error: 'No room.' })],
    ['TRANSPORT_HTTP_STATUS', '404 instead of 200', (response) => response.writeHead(404).end()],
    ['TRANSPORT_HTTP_STATUS', '403 instead of 200', (response) => response.writeHead(403).end()],
    ['TRANSPORT_INVALID_NEGOTIATION', 'not JSON', (response) => response.end('nonsense')],
    [
      'TRANSPORT_INVALID_NEGOTIATION',
      'It is a page: no hub is mapped there',
      (response) => response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<!doctype html>'),
    ],
  ])('rejects with %s: %s', async (code, text, respond) => {
    await using stub = await StubServer.start((_, response) => respond(response));
    await expect(connect(stub.origin)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    expect(stub.requests).toHaveLength(1);
  });

  it('is given up with the reason of its signal', async () => {
    const owner = new AbortController();
    await using stub = await StubServer.start(() => owner.abort(new Error('stopped')));
    await expect(connect(stub.origin, {}, owner.signal)).rejects.toThrow('stopped');
  });

  it('is left out by skipNegotiation', async () => {
    await using host = await LoopbackHost.start();
    const [client, server] = await Promise.all([connect(host.url, { skipNegotiation: true }), host.accept()]);
    expect([client.transport, client.connectionId, server.isBare]).toEqual(['WebSockets', '', true]);
  });
});

describe('choice of a transport', () => {
  it.each([
    [all, 'WebSockets'],
    [['LongPolling', 'ServerSentEvents'], 'LongPolling'],
    [['ServerSentEvents'], 'ServerSentEvents'],
  ] as const)('takes the first that the server offers: %j', async (transports, expected) => {
    await using host = await LoopbackHost.start({ transports: transports as HttpConnectionOptions['transports'] & [] });
    const { client } = await host.open('Text', {});
    expect(client.transport).toBe(expected);
  });

  it('falls back through all of them, negotiating afresh for each', async () => {
    await using host = await LoopbackHost.start();
    const blocked = function () {
      throw new Error('blocked by policy');
    } as unknown as Constructors;
    const { client } = await host.open('Text', {
      WebSocket: blocked,
      EventSource: blocked,
    });
    expect(client.transport).toBe('LongPolling');
  });

  it('gives the reason of each when all have failed', async () => {
    await using stub = await StubServer.start(({ path }, response) => {
      if (path === '/negotiate') json(response, answer([...all, 'Pigeon']));
      else response.writeHead(418).end();
    });
    const error = await connect(stub.origin).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      code: 'TRANSPORT_NO_TRANSPORT',
      cause: {
        errors: [
          { code: 'TRANSPORT_CONNECT_FAILED', message: expect.stringContaining('418') },
          { code: 'TRANSPORT_CONNECT_FAILED', message: expect.stringContaining('418') },
          { code: 'TRANSPORT_HTTP_STATUS', status: 418 },
          { code: 'TRANSPORT_LEFT_OUT' },
        ],
      },
    });
    expect((error as Error).message).toMatch(/WebSockets: .*ServerSentEvents: .*LongPolling: .*Pigeon: /);
    expect(stub.log.filter((line) => line === 'POST /negotiate')).toHaveLength(3);
  });

  it('leaves out what its caller has found to be of no use, and repeats that reason', async () => {
    await using host = await LoopbackHost.start({ transports: ['WebSockets', 'LongPolling'] });
    const factory = createHttpConnectionFactory(host.url, { transports: ['WebSockets', 'LongPolling'] });
    const signal = AbortSignal.timeout(5_000);
    const failed = [{ transport: 'WebSockets', error: new TransportError('TRANSPORT_TIMEOUT', 'No handshake.') }];
    expect((await factory('Text', signal, failed)).transport).toBe('LongPolling');
    const error = new TransportError('TRANSPORT_TIMEOUT', 'No handshake here either.');
    await expect(factory('Text', signal, [...failed, { transport: 'LongPolling', error }])).rejects.toMatchObject({
      code: 'TRANSPORT_NO_TRANSPORT',
      cause: { errors: [failed[0]?.error, error] },
    });
  });

  it('moves on when a transport does not connect in time', async () => {
    await using stub = await StubServer.start((_, response) => json(response, answer(['Slow', 'Fake'])));
    const slow: ClientTransport = {
      ...fakeTransport('Slow'),
      connect: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    };
    const connection = await connect(stub.origin, { transports: [slow, fakeTransport('Fake')], connectTimeoutMs: 20 });
    expect(connection.transport).toBe('InMemory');
    expect(stub.requests).toHaveLength(2);
  });

  it('does not move on when its caller gives up', async () => {
    const owner = new AbortController();
    await using stub = await StubServer.start(({ method }, response) => {
      if (method === 'POST') json(response, answer(['LongPolling', 'ServerSentEvents']));
      else owner.abort(new Error('stopped'));
    });
    await expect(connect(stub.origin, {}, owner.signal)).rejects.toThrow('stopped');
    expect(stub.log).toEqual(['POST /negotiate', 'GET /']);
  });
});

describe('behind a proxy that buffers event streams', () => {
  it('moves on when the head of the stream is held back', async () => {
    await using host = await LoopbackHost.start();
    await using proxy = await StubServer.start((request, response) => forward(request, response, 'hold everything'));
    const forward = bufferingProxy(host.url);
    const connection = await connect(`${proxy.origin}/hub`, {
      transports: ['ServerSentEvents', 'LongPolling'],
      connectTimeoutMs: 2_000,
    });
    expect(connection.transport).toBe('LongPolling');
  });

  it('connects when only the body is held back, and serves its caller by another transport', async () => {
    await using host = await LoopbackHost.start();
    await using proxy = await StubServer.start((request, response) => forward(request, response, 'hold the body'));
    const forward = bufferingProxy(host.url);
    const factory = createHttpConnectionFactory(`${proxy.origin}/hub`, {
      transports: ['ServerSentEvents', 'LongPolling'],
    });
    const signal = AbortSignal.timeout(5_000);
    const useless = await factory('Text', signal);
    expect(useless.transport).toBe('ServerSentEvents');
    const error = new TransportError('TRANSPORT_TIMEOUT', 'No handshake.');
    useless.abort(error);
    await host.accept();
    const connection = await factory('Text', signal, [{ transport: 'ServerSentEvents', error }]);
    expect(connection.transport).toBe('LongPolling');
    const client = new ConnectionRecorder(connection).start();
    (await host.accept()).send('through');
    await client.untilBytes(7);
  });
});

/** Passes requests on, but nothing of an event stream, or nothing of its body. */
function bufferingProxy(target: string) {
  return (request: StubRequest, response: ServerResponse, mode: 'hold everything' | 'hold the body') => {
    const { method, path, query, headers, body } = request;
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    fetch(new URL(`${path}?${query.toString()}`, target), {
      method,
      signal: closed.signal,
      headers: { accept: headers.accept ?? '*/*' },
      ...(method === 'POST' && { body }),
    })
      .then(async (answer) => {
        const isStream = answer.headers.get('content-type') === 'text/event-stream';
        if (!isStream) response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
        else if (mode === 'hold the body') response.setHeader('Content-Type', 'text/event-stream').flushHeaders();
      })
      .catch(() => response.destroy());
  };
}
