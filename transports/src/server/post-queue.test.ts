import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OpenRequest, RecordingReceiver, TestServer, turns, type TestServerOptions } from '../testing/test-server.ts';
import type { ServerConnection } from '../server-connection.ts';

async function open(host: TestServer) {
  const { connectionToken } = await host.negotiate();
  const path = `/hub?id=${connectionToken}`;
  await host.request(path);
  const connection = await host.connections.next('the connection opens');
  while (host.requests.size > 0) await host.requests.next('earlier requests');
  return { path, connection, receiver: host.receiverOf(connection) };
}

async function beginPost(host: TestServer, path: string, headers: Record<string, string> = {}): Promise<OpenRequest> {
  const post = new OpenRequest(host.port, path, { method: 'POST', headers });
  post.write('');
  post.write('[');
  await host.requests.next('the POST arrives');
  return post;
}

const statusOf = async (post: OpenRequest) => (await post.answered.next('the POST is answered')).status;

describe('POST', () => {
  it('delivers bodies whole, in the order in which the requests came', async () => {
    await using host = await TestServer.start();
    const { path, receiver } = await open(host);
    const first = await beginPost(host, path);
    const second = await beginPost(host, path);
    second.end('second]');
    await turns(10);
    expect(receiver.seen).toEqual([]);
    first.write('fir');
    first.end('st]');
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    expect(receiver.seen).toEqual(['[first]', '[second]']);
  });

  it('keeps the order when looking up the user takes longer for the first', async () => {
    const waiting: (() => void)[] = [];
    const authenticate: TestServerOptions['authenticate'] = (request) =>
      request.headers['x-slow'] === undefined ? null : new Promise((resolve) => waiting.push(() => resolve(null)));
    await using host = await TestServer.start({ authenticate });
    const { path, receiver } = await open(host);
    const first = await beginPost(host, path, { 'x-slow': '1' });
    first.end('first]');
    const second = await beginPost(host, path);
    second.end('second]');
    await turns(10);
    expect(receiver.seen).toEqual([]);
    for (const settle of waiting) settle();
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    expect(receiver.seen).toEqual(['[first]', '[second]']);
  });

  it('passes over one whose client left, and drops its half body', async () => {
    await using host = await TestServer.start();
    const { path, receiver } = await open(host);
    const lost = await beginPost(host, path);
    const next = await beginPost(host, path);
    next.end('next]');
    lost.abort();
    expect(await statusOf(next)).toBe(200);
    expect(receiver.seen).toEqual(['[next]']);
  });

  it('passes over one of another user', async () => {
    await using host = await TestServer.start({ authenticate: ({ headers }) => headers['x-user'] ?? null });
    const { path, receiver } = await open(host);
    const foreign = await beginPost(host, path, { 'x-user': 'bob' });
    const own = await beginPost(host, path);
    own.end('own]');
    expect([await statusOf(foreign), await statusOf(own)]).toEqual([403, 200]);
    expect(receiver.seen).toEqual(['[own]']);
  });

  it('is answered only when it was taken: not while the receiver is paused', async () => {
    await using host = await TestServer.start({ maximumPendingPosts: 2 });
    const { path, connection, receiver } = await open(host);
    connection.pause();
    const first = await beginPost(host, path);
    first.end('1]');
    const second = await beginPost(host, path);
    second.end('2]');
    expect((await host.request(path, { method: 'POST', body: '3' })).status).toBe(429);
    await turns(10);
    expect([first.answered.size, second.answered.size, receiver.seen]).toEqual([0, 0, []]);
    connection.resume();
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
    expect(receiver.seen).toEqual(['[1]', '[2]']);
  });

  it('is answered with 404 when the connection ends before it was taken', async () => {
    await using host = await TestServer.start();
    const { path, connection, receiver } = await open(host);
    connection.pause();
    const post = await beginPost(host, path);
    post.end('never]');
    await turns(10);
    connection.close();
    expect(await statusOf(post)).toBe(404);
    host.clock.advance(15_000);
    await receiver.closes.next('the end');
    expect(receiver.seen).toEqual(['closed: local']);
  });

  it('was taken even if it makes the receiver close', async () => {
    const closer = (connection: ServerConnection) =>
      connection.start(Object.assign(new RecordingReceiver(), { onFrame: () => connection.close() }));
    await using host = await TestServer.start({ onConnection: closer });
    const { path } = await open(host);
    expect((await host.request(path, { method: 'POST', body: 'bad handshake' })).status).toBe(200);
    expect((await host.request(path)).status).toBe(204);
  });

  it('may come before the first poll, once', async () => {
    await using host = await TestServer.start();
    const { connectionToken } = await host.negotiate();
    const path = `/hub?id=${connectionToken}`;
    expect((await host.request(path, { method: 'POST', body: 'early' })).status).toBe(200);
    await host.request(path);
    const connection = await host.connections.next('the connection opens');
    expect(await host.receiverOf(connection).frames.next('the early frame')).toBe('early');
  });

  it('takes a body of exactly the limit and refuses a larger one with 413, declared or not', async () => {
    await using host = await TestServer.start({ maximumFrameBytes: 1_000 });
    const { path, receiver } = await open(host);
    const post = (body: string) => host.request(path, { method: 'POST', body });
    expect((await post('x'.repeat(1_000))).status).toBe(200);
    expect((await post('x'.repeat(1_001))).status).toBe(413);
    const chunked = await beginPost(host, path);
    chunked.end('x'.repeat(1_000));
    expect(await statusOf(chunked)).toBe(413);
    expect((await post('still alive')).status).toBe(200);
    expect(receiver.seen.map(({ length }) => length)).toEqual([1_000, 'still alive'.length]);
  });

  it('cuts a client off that goes on sending after 413', async () => {
    await using host = await TestServer.start({ maximumFrameBytes: 1_000 });
    const { path } = await open(host);
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => {});
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n`);
    const pump = () => {
      while (!socket.destroyed && socket.write('x'.repeat(65_536)));
    };
    socket.on('drain', pump);
    pump();
    await gone;
    expect(socket.bytesWritten).toBeLessThan(50_000_000);
  });

  it('takes ten thousand small pieces as one body', async () => {
    await using host = await TestServer.start();
    const { path, receiver } = await open(host);
    const post = await beginPost(host, path);
    for (let count = 0; count < 10_000; count++) post.write('x');
    post.end(']');
    expect(await statusOf(post)).toBe(200);
    expect(receiver.seen[0]).toHaveLength(10_002);
  });

  it('takes an empty body', async () => {
    await using host = await TestServer.start();
    const { path } = await open(host);
    expect((await host.request(path, { method: 'POST' })).status).toBe(200);
  });
});
