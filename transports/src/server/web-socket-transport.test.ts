import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { TransportError } from '../errors.ts';
import {
  Inbox,
  RecordingReceiver,
  TestServer,
  type TestServerOptions,
  upgradeStatus,
  within,
} from '../testing/test-server.ts';
import type { ServerConnection } from '../server-connection.ts';

async function open(host: TestServer, path = '/hub') {
  const webSocket = host.webSocket(path);
  const messages = new Inbox<string>();
  webSocket.on('message', (data: Buffer, isBinary) =>
    messages.put(`${isBinary ? 'binary' : 'text'} ${data.toString()}`),
  );
  const closed = once(webSocket, 'close');
  await within(once(webSocket, 'open'), 'the socket opens');
  const connection = await host.connections.next('the connection opens');
  return { webSocket, messages, closed, connection, receiver: host.receiverOf(connection) };
}

const closeCode = async ({ closed }: { closed: Promise<unknown[]> }) => (await within(closed, 'the socket closes'))[0];

/** Resolves when the other end has handled all that was sent before. */
const roundTrip = async (webSocket: WebSocket) => {
  webSocket.ping();
  await within(once(webSocket, 'pong'), 'a pong');
};

describe.each(['ws', 'direct'] as const)('WebSockets by way of %s', (webSocketEngine) => {
  const start = (options: TestServerOptions = {}) => TestServer.start({ webSocketEngine, ...options });

  it('carries text as strings and bytes as bytes, both ways and in order', async () => {
    await using host = await start();
    const { webSocket, messages, connection, receiver } = await open(host);
    webSocket.send('grüße');
    webSocket.send(Buffer.from('bytes'));
    expect(await receiver.frames.next('the text')).toBe('grüße');
    expect(await receiver.frames.next('the bytes')).toBe('bytes');
    connection.send('één');
    connection.send(Buffer.from('two'));
    expect(await messages.next('the text')).toBe('text één');
    expect(await messages.next('the bytes')).toBe('binary two');
  });

  it('describes a connection opened without negotiate', async () => {
    await using host = await start();
    const { connection } = await open(host, '/hub?room=1&access_token=secret');
    expect(connection).toMatchObject({
      transport: 'WebSockets',
      transferFormats: ['Text', 'Binary'],
      hasInherentKeepAlive: false,
      isBare: true,
      user: null,
      request: { method: 'GET', url: '/hub?room=1', remoteAddress: expect.stringContaining('127.0.0.1') },
    });
  });

  it('attaches to the negotiated connection, once', async () => {
    await using host = await start();
    const { connectionId, connectionToken } = await host.negotiate();
    const { connection } = await open(host, `/hub?id=${connectionToken}`);
    expect(connection).toMatchObject({ connectionId, isBare: false });
    expect(await upgradeStatus(host.webSocket(`/hub?id=${connectionToken}`))).toBe(409);
    expect((await host.request(`/hub?id=${connectionToken}`)).status).toBe(400);
    expect((await host.request(`/hub?id=${connectionToken}`, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await host.request(`/hub?id=${connectionToken}`, { method: 'DELETE' })).status).toBe(400);
    expect(host.endpoint.connections).toBe(1);
  });

  it('takes the id of a version 0 answer', async () => {
    await using host = await start();
    const { connectionId } = await host.negotiate('');
    const { connection } = await open(host, `/hub?id=${connectionId}`);
    expect(connection.connectionId).toBe(connectionId);
  });

  it('refuses unknown ids, and sockets where they are not offered', async () => {
    await using host = await start({ transports: ['LongPolling'] });
    const { connectionToken } = await host.negotiate();
    expect(await upgradeStatus(host.webSocket(`/hub?id=${connectionToken}`))).toBe(404);
    expect(await upgradeStatus(host.webSocket('/hub'))).toBe(404);
    await using other = await start();
    expect(await upgradeStatus(other.webSocket('/hub?id=unknown'))).toBe(404);
  });

  it('tells an orderly end from a broken one', async () => {
    await using host = await start();
    const orderly = await open(host);
    orderly.webSocket.close(1000);
    expect(await orderly.receiver.closes.next('the end')).toEqual({ kind: 'remote' });
    const broken = await open(host);
    broken.webSocket.terminate();
    expect(await broken.receiver.closes.next('the end')).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_FAILED' },
    });
    expect([host.endpoint.connections, host.clock.timers]).toEqual([0, 0]);
  });

  it('delivers what was sent before the close', async () => {
    await using host = await start();
    const { webSocket, receiver } = await open(host);
    webSocket.send('last');
    webSocket.close();
    await receiver.closes.next('the end');
    expect(receiver.seen).toEqual(['last', 'closed: remote']);
  });

  it('sends what is queued when the server closes, and reports it once', async () => {
    await using host = await start();
    const client = await open(host);
    client.connection.send('bye');
    client.connection.close();
    client.connection.close();
    expect(client.receiver.seen).toEqual([]);
    expect(await client.messages.next('the last frame')).toBe('text bye');
    expect(await closeCode(client)).toBe(1000);
    expect(await client.receiver.closes.next('the end')).toEqual({ kind: 'local' });
    expect(client.connection.send('late')).toBe(true);
    expect(client.receiver.seen).toEqual(['closed: local']);
  });

  it('drops the socket on abort, telling the owner why', async () => {
    await using host = await start();
    const client = await open(host);
    const error = new TransportError('TRANSPORT_ABORTED');
    client.connection.abort(error);
    expect(client.receiver.seen).toEqual([]);
    expect(await client.receiver.closes.next('the end')).toEqual({ kind: 'failed', error });
    expect(await closeCode(client)).toBe(1006);
  });

  it('ends a connection whose client does not answer the close', async () => {
    await using host = await start({ disconnectTimeoutMs: 15_000 });
    const { webSocket, connection, receiver } = await open(host);
    webSocket.pause();
    connection.close();
    host.clock.advance(15_000);
    expect(await receiver.closes.next('the end')).toEqual({ kind: 'local' });
    expect(host.endpoint.connections).toBe(0);
  });

  it('closes with 1009 when a message is too large, and takes one of exactly the limit', async () => {
    await using host = await start({ maximumFrameBytes: 100 });
    const client = await open(host);
    client.webSocket.send('x'.repeat(100));
    expect(await client.receiver.frames.next('the frame')).toHaveLength(100);
    client.webSocket.send('x'.repeat(101));
    expect(await closeCode(client)).toBe(1009);
    expect(await client.receiver.closes.next('the end')).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_FRAME_TOO_LARGE' },
    });
  });

  it('closes a socket that sends one message in endless small fragments', async () => {
    await using host = await start();
    const client = await open(host);
    for (let count = 0; count < 2_000; count++) client.webSocket.send('x', { fin: false });
    expect(await closeCode(client)).toBe(1008);
    await client.receiver.closes.next('the end');
    expect(client.receiver.seen).toEqual(['closed: failed']);
  });

  it('closes a socket that sends text that is no UTF-8', async () => {
    await using host = await start();
    const client = await open(host);
    client.webSocket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await closeCode(client)).toBe(1007);
  });

  it('holds frames while paused, and the end after them', async () => {
    await using host = await start();
    const { webSocket, connection, receiver } = await open(host);
    await roundTrip(webSocket);
    connection.pause();
    webSocket.send('held');
    webSocket.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.seen).toEqual([]);
    connection.resume();
    await receiver.closes.next('the end');
    expect(receiver.seen).toEqual(['held', 'closed: remote']);
  });

  it('keeps what came before the start', async () => {
    let connection: ServerConnection | undefined;
    await using host = await start({ onConnection: (opened) => void (connection = opened) });
    const webSocket = host.webSocket('/hub');
    await within(once(webSocket, 'open'), 'the socket opens');
    webSocket.send('early');
    await host.connections.next('the connection opens');
    const receiver = new RecordingReceiver();
    connection?.start(receiver);
    expect(await receiver.frames.next('the early frame')).toBe('early');
  });

  it('says when its buffer fills and when it is empty again', async () => {
    await using host = await start({ sendBufferBytes: 1_000 });
    const { webSocket, connection, receiver } = await open(host);
    expect(connection.send('small')).toBe(true);
    expect(connection.bufferedBytes).toBe(0);
    webSocket.pause();
    const large = 'x'.repeat(1_000_000);
    let count = 0;
    while (connection.send(large)) if (++count > 100) throw new Error('The buffer never filled.');
    expect(connection.bufferedBytes).toBeGreaterThanOrEqual(1_000);
    expect(receiver.drains.size).toBe(0);
    webSocket.resume();
    await receiver.drains.next('the drain');
    expect(connection.bufferedBytes).toBe(0);
    expect(connection.send('again')).toBe(true);
  });

  it('ends a connection whose client stops reading, and not one that reads slowly', async () => {
    await using host = await start({ sendTimeoutMs: 10_000 });
    const { webSocket, connection, receiver } = await open(host);
    webSocket.pause();
    while (connection.bufferedBytes === 0) connection.send('x'.repeat(1_000_000));
    host.clock.advance(0);
    host.clock.advance(9_999);
    expect(host.endpoint.connections).toBe(1);
    webSocket.resume();
    await receiver.drains.next('all is read');
    webSocket.pause();
    while (connection.bufferedBytes === 0) connection.send('x'.repeat(1_000_000));
    host.clock.advance(1);
    expect(host.endpoint.connections).toBe(1);
    host.clock.advance(10_000);
    host.clock.advance(10_000);
    expect(await receiver.closes.next('the end')).toMatchObject({ error: { code: 'TRANSPORT_SEND_TIMEOUT' } });
    expect(host.endpoint.connections).toBe(0);
  });

  it('answers pings, and stops when the answers are not read', async () => {
    await using host = await start({ sendBufferBytes: 1_000 });
    const { webSocket, connection } = await open(host);
    await roundTrip(webSocket);
    webSocket.pause();
    while (connection.bufferedBytes < 1_000) connection.send('x'.repeat(100_000));
    const before = connection.bufferedBytes;
    for (let count = 0; count < 1_000; count++) webSocket.ping('x'.repeat(100));
    webSocket.send('marker');
    await host.receiverOf(connection).frames.next('the marker');
    expect(connection.bufferedBytes).toBeLessThanOrEqual(before);
  });

  it('pings when asked to, and tells of every sign of life', async () => {
    await using host = await start();
    const { webSocket, connection, receiver, closed } = await open(host);
    const pinged = once(webSocket, 'ping');
    expect(connection.ping?.()).toBe(true);
    await within(pinged, 'the ping');
    expect(await receiver.signsOfLife.next('the answer')).toBe('alive');
    await roundTrip(webSocket);
    expect(await receiver.signsOfLife.next("the client's own ping")).toBe('alive');
    connection.close({ goingAway: true });
    expect(connection.ping?.()).toBe(false);
    expect(await closeCode({ closed })).toBe(1001);
  });

  it('aborts the connection of a receiver that throws', async () => {
    await using host = await start({
      onConnection: (connection) =>
        connection.start({
          onFrame() {
            throw new Error('handler bug');
          },
          onDrain() {},
          onClose: (reason) => void host.logged.push(`closed ${reason.kind}`),
        }),
    });
    const client = await open(host);
    client.webSocket.send('x');
    expect(await closeCode(client)).toBe(1006);
    expect(host.logged.at(-1)).toBe('closed failed');
  });

  it('survives clients that leave at every point of the upgrade', async () => {
    let settle: (() => void) | undefined;
    const reached = new Inbox<'authenticating'>();
    await using host = await start({
      authenticate: () => {
        reached.put('authenticating');
        return new Promise((resolve) => (settle = () => resolve(null)));
      },
    });
    const head = 'GET /hub HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`${head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
    await reached.next('the hook is asked');
    socket.resetAndDestroy();
    await within(once(socket, 'close'), 'the client is gone');
    settle?.();
    const second = host.webSocket('/hub');
    await reached.next('the hook is asked again');
    settle?.();
    expect(await upgradeStatus(second)).toBe(101);
    expect(host.endpoint.connections).toBe(1);
  });

  it('answers upgrades that are no WebSocket handshake with 400', async () => {
    await using host = await start();
    for (const upgrade of ['h2c', 'websocket']) {
      const socket = connect(host.port, '127.0.0.1');
      socket.write(`GET /hub HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await within(once(socket, 'close'), 'the socket is closed');
      expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /u);
    }
    expect(host.endpoint.connections).toBe(0);
  });

  it('says goodbye to every client when the endpoint closes', async () => {
    await using host = await start();
    const clients = [await open(host), await open(host)];
    await within(host.endpoint.close(), 'the endpoint closes');
    for (const client of clients) {
      expect(await closeCode(client)).toBe(1001);
      expect(client.receiver.seen).toEqual(['closed: local']);
    }
    expect([host.endpoint.connections, host.clock.timers]).toEqual([0, 0]);
  });

  it('compresses when told to', async () => {
    await using host = await start({ perMessageDeflate: { threshold: 0 } });
    const { WebSocket: Client } = await import('ws');
    const webSocket = new Client(`ws://127.0.0.1:${host.port}/hub`);
    const message = once(webSocket, 'message');
    await within(once(webSocket, 'open'), 'the socket opens');
    expect(webSocket.extensions).toContain('permessage-deflate');
    const connection = await host.connections.next('the connection opens');
    connection.send('squeezed');
    expect(String((await within(message, 'the message'))[0])).toBe('squeezed');
    webSocket.terminate();
  });
});
