import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ConnectionRecorder } from '../testing/connection-recorder.ts';
import { json, StubServer, type StubHandler } from '../testing/stub-server.ts';
import { within } from '../testing/within.ts';
import { createHttpConnectionFactory } from './http-connection.ts';
import type { HttpConnectionOptions } from './http-connection-options.ts';
import type { EventSourceInit } from './platform/event-source-like.ts';

const negotiated = {
  connectionId: 'public',
  connectionToken: 'secret',
  negotiateVersion: 1,
  availableTransports: [{ transport: 'ServerSentEvents', transferFormats: ['Text'] }],
};

function openStream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
  return response;
}

/** Negotiates, opens event streams, and leaves POST to the test. */
async function startStub(onPost: StubHandler = (_, response) => void response.end()) {
  const streams: ServerResponse[] = [];
  const stub = await StubServer.start((request, response) => {
    if (request.path === '/negotiate') json(response, negotiated);
    else if (request.method === 'GET') streams.push(openStream(response));
    else onPost(request, response);
  });
  return { stub, streams };
}

async function connect(origin: string, options: HttpConnectionOptions = {}): Promise<ConnectionRecorder> {
  const factory = createHttpConnectionFactory(origin, options);
  return new ConnectionRecorder(await factory('Text', AbortSignal.timeout(5_000))).start();
}

describe('ServerSentEventsTransport', () => {
  it('sends the token in a header on Node.js, not in the URL', async () => {
    const { stub } = await startStub();
    await using _ = stub;
    const client = await connect(stub.origin, { accessTokenFactory: () => 'token', headers: { 'X-Api': 'k' } });
    const get = stub.requests.find(({ method }) => method === 'GET');
    expect(get?.headers).toMatchObject({ authorization: 'Bearer token', accept: 'text/event-stream', 'x-api': 'k' });
    expect(Object.fromEntries(get?.query ?? [])).toEqual({ id: 'secret' });
    client.close();
    await client.untilClosed();
  });

  it('does not carry the token to another origin', async () => {
    await using elsewhere = await StubServer.start((_, response) => void openStream(response));
    await using stub = await StubServer.start(({ path }, response) => {
      if (path === '/negotiate') json(response, negotiated);
      else response.writeHead(307, { Location: `${elsewhere.origin}/stream` }).end();
    });
    const client = await connect(stub.origin, { accessTokenFactory: () => 'token' });
    expect(elsewhere.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/stream', undefined],
    ]);
    client.close();
    await client.untilClosed();
  });

  it('reads multi-line events, comments and split characters', async () => {
    const { stub, streams } = await startStub();
    await using _ = stub;
    const client = await connect(stub.origin);
    const bytes = Buffer.from(': keep-alive\n\ndata: a\ndata:b\ndata: \u{1F600}\r\n\r\ndata:  c\r\r:\n');
    for (const [index] of bytes.entries()) streams[0]?.write(bytes.subarray(index, index + 1));
    await client.until(() => client.frames.length === 2, 'two events');
    expect(client.frames).toEqual(['a\nb\n\u{1F600}', ' c']);
    client.close();
    await client.untilClosed();
  });

  it('never connects again by itself', async () => {
    const { stub, streams } = await startStub();
    await using _ = stub;
    const client = await connect(stub.origin);
    streams[0]?.end('retry: 1\n\ndata: last\n\n');
    expect(await client.untilClosed()).toEqual({ kind: 'remote' });
    for (let round = 0; round < 20; round++) await fetch(`${stub.origin}/negotiate`, { method: 'POST' });
    expect(client.frames).toEqual(['last']);
    expect(stub.log.filter((line) => line.startsWith('GET'))).toHaveLength(1);
  });

  it('reports a stream that breaks off', async () => {
    const { stub, streams } = await startStub();
    await using _ = stub;
    const client = await connect(stub.origin);
    streams[0]?.destroy();
    expect(await client.untilClosed()).toMatchObject({ kind: 'failed', error: { code: 'TRANSPORT_FAILED' } });
  });

  it('ends when a POST fails', async () => {
    const { stub } = await startStub((_, response) => void response.writeHead(500).end());
    await using _ = stub;
    const client = await connect(stub.origin);
    client.send('x');
    expect(await client.untilClosed()).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_HTTP_STATUS', status: 500 },
    });
  });

  it('ends when the POSTs do not find the connection that the stream belongs to', async () => {
    const { stub } = await startStub((_, response) => void response.writeHead(404).end());
    await using _ = stub;
    const client = await connect(stub.origin, { closeTimeoutMs: 50 });
    client.send('x');
    expect(await client.untilClosed()).toMatchObject({ kind: 'failed', error: { status: 404 } });
  });

  it('delivers the last frames of a server that has forgotten the connection', async () => {
    const { stub, streams } = await startStub((_, response) => {
      response.writeHead(404).end(() => streams[0]?.end('data: goodbye\n\n'));
    });
    await using _ = stub;
    const client = await connect(stub.origin);
    client.send('x');
    expect(await client.untilClosed()).toEqual({ kind: 'remote' });
    expect(client.text).toBe('goodbye');
  });

  it('does not wait for ever for a POST when it closes', async () => {
    const { stub } = await startStub(() => {});
    await using _ = stub;
    const client = await connect(stub.origin, { closeTimeoutMs: 50 });
    client.send('x');
    client.close();
    expect(await client.untilClosed()).toEqual({ kind: 'local' });
  });

  it('gives up when more waits for a paused receiver than may', async () => {
    const { stub, streams } = await startStub();
    await using _ = stub;
    const client = await connect(stub.origin, { receiveBufferBytes: 10 });
    client.pause();
    streams[0]?.write('data: 12345\n\ndata: 67890\n\ndata: 1\n\n');
    expect(await client.untilClosed()).toMatchObject({ error: { code: 'TRANSPORT_RECEIVE_BUFFER_FULL' } });
  });

  it('hands a class of the user all it may need to send headers', async () => {
    const { stub } = await startStub();
    await using _ = stub;
    const made: [string, EventSourceInit][] = [];
    class Custom extends EventTarget {
      constructor(url: string, init: EventSourceInit) {
        super();
        made.push([url, init]);
        queueMicrotask(() => this.dispatchEvent(new Event('open')));
      }
      close(): void {}
    }
    const client = await connect(stub.origin, { EventSource: Custom, accessTokenFactory: () => 'token' });
    const [url, init] = made[0] ?? [];
    expect([url, init?.withCredentials, init?.headers]).toMatchObject([
      `${stub.origin}/?id=secret`,
      true,
      { Authorization: 'Bearer token' },
    ]);
    const response = await init?.fetch(`${stub.origin}/negotiate`, { method: 'POST' });
    expect(response?.status).toBe(200);
    expect(stub.requests.at(-1)?.headers.authorization).toBe('Bearer token');
    client.close();
    await within(client.untilClosed(), 'the end');
  });
});
