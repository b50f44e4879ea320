import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nullLogger } from '../logger.ts';
import { TransportError } from '../errors.ts';
import { ConnectionRecorder } from '../testing/connection-recorder.ts';
import { LoopbackHost } from '../testing/loopback-host.ts';
import { StubServer } from '../testing/stub-server.ts';
import { HttpClient } from './http-client.ts';
import { httpConnectionDefaults } from './http-connection-options.ts';
import type { ConnectRequest } from './client-transport.ts';
import type { WebSocketEvent, WebSocketInit, WebSocketLike } from './platform/web-socket-like.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** A browser's WebSocket, in the hands of a test: it cannot be paused or cut. */
class FakeWebSocket implements WebSocketLike {
  static readonly made: FakeWebSocket[] = [];
  readonly url: string;
  readonly init: WebSocketInit;
  binaryType = 'blob';
  bufferedAmount = 0;
  readonly calls: string[] = [];
  readonly #listeners: [string, (event: WebSocketEvent) => void][] = [];

  constructor(url: string, _protocols: string[], init: WebSocketInit) {
    this.url = url;
    this.init = init;
    FakeWebSocket.made.push(this);
  }

  addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
    this.#listeners.push([type, listener]);
  }

  send(data: unknown): void {
    this.calls.push(`send ${String(data)}`);
  }

  close(code?: number): void {
    this.calls.push(`close ${code}`);
  }

  emit(type: string, event: Omit<WebSocketEvent, 'type'> = {}): void {
    for (const [name, listener] of this.#listeners) if (name === type) listener({ type, ...event });
  }
}

function requestTo(url: string, overrides: Partial<ConnectRequest> = {}): ConnectRequest {
  const accessTokenFactory = () => 'secret';
  return {
    url,
    connectionId: 'public',
    transferFormat: 'Text',
    signal: AbortSignal.timeout(5_000),
    http: new HttpClient({ ...httpConnectionDefaults, fetch: globalThis.fetch, accessTokenFactory }),
    settings: { ...httpConnectionDefaults, receiveBufferBytes: 4, sendBufferBytes: 4, logger: nullLogger },
    ...overrides,
  };
}

async function openFake() {
  FakeWebSocket.made.length = 0;
  const connecting = new WebSocketTransport(FakeWebSocket).connect(requestTo('https://h/chat?id=1'));
  const socket = await vi.waitUntil(() => FakeWebSocket.made[0]);
  socket.emit('open');
  return { socket, end: new ConnectionRecorder(await connecting) };
}

describe('WebSocketTransport', () => {
  it('sends token and headers with the upgrade request on Node.js, and asks for no compression', async () => {
    await using host = await LoopbackHost.start();
    const { client, server } = await host.open('Text', {
      transports: ['WebSockets'],
      headers: { 'X-Api': 'k' },
      accessTokenFactory: () => 'secret',
    });
    expect(server.request.headers).toMatchObject({ authorization: 'Bearer secret', 'x-api': 'k' });
    expect(server.request.headers['sec-websocket-extensions']).toBeUndefined();
    client.abort(new TransportError('TRANSPORT_ABORTED'));
  });

  it('says what the server answered instead of an upgrade', async () => {
    await using stub = await StubServer.start((_, response) => void response.writeHead(503).end());
    await expect(new WebSocketTransport().connect(requestTo(stub.origin))).rejects.toMatchObject({
      code: 'TRANSPORT_CONNECT_FAILED',
      message: expect.stringContaining('503'),
    });
  });

  it('leaves no socket behind when its caller gives up', async () => {
    const owner = new AbortController();
    await using stub = await StubServer.start(() => owner.abort(new Error('stopped')));
    const connecting = new WebSocketTransport().connect(requestTo(stub.origin, { signal: owner.signal }));
    await expect(connecting).rejects.toThrow('stopped');
  });

  it('uses the class it was given', async () => {
    const { socket } = await openFake();
    expect([socket.url, socket.binaryType]).toEqual(['wss://h/chat?id=1', 'arraybuffer']);
    expect(socket.init).toMatchObject({ headers: { Authorization: 'Bearer secret' }, perMessageDeflate: false });
  });

  it.each([1000, 1001, 1005])('takes close code %i as an orderly end', async (code) => {
    const { socket, end } = await openFake();
    end.start();
    socket.emit('message', { data: new Uint8Array([104, 105]).buffer });
    socket.emit('close', { code });
    expect(await end.untilClosed()).toEqual({ kind: 'remote' });
    expect(end.text).toBe('hi');
  });

  it('takes every other code as a failure, and tells it', async () => {
    const { socket, end } = await openFake();
    end.start();
    socket.emit('close', { code: 1011, reason: 'broken' });
    expect(await end.untilClosed()).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_FAILED', message: expect.stringContaining('1011 (broken)') },
    });
  });

  it('aborts with a close code of its own where a socket cannot be cut', async () => {
    const { socket, end } = await openFake();
    end.start().abort(new TransportError('TRANSPORT_ABORTED'));
    expect(socket.calls).toEqual(['close 4000']);
    socket.emit('close', { code: 1006 });
    expect(await end.untilClosed()).toMatchObject({ error: { code: 'TRANSPORT_ABORTED' } });
  });

  it('gives up when more waits for a paused receiver than may', async () => {
    const { socket, end } = await openFake();
    end.start().pause();
    socket.emit('message', { data: '1234' });
    socket.emit('message', { data: '5' });
    expect(await end.untilClosed()).toMatchObject({ error: { code: 'TRANSPORT_RECEIVE_BUFFER_FULL' } });
    expect(end.frames).toEqual([]);
  });

  describe('as time goes by', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] }));
    afterEach(() => void vi.useRealTimers());

    it('drains when the buffer of the socket is empty', async () => {
      const { socket, end } = await openFake();
      end.start();
      socket.bufferedAmount = 5;
      expect([end.send('12345'), end.connection.bufferedBytes]).toEqual([false, 5]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(end.drains).toBe(0);
      socket.bufferedAmount = 0;
      await vi.advanceTimersByTimeAsync(1_000);
      expect([end.drains, end.send('x')]).toEqual([1, true]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('does not wait for ever for the answer to its close', async () => {
      const { socket, end } = await openFake();
      end.start().close();
      end.close();
      expect(socket.calls).toEqual(['close 1000']);
      await vi.advanceTimersByTimeAsync(4_999);
      expect(end.closeReason).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1);
      expect(end.closeReason).toEqual({ kind: 'local' });
      socket.emit('close', { code: 1006 });
      await Promise.resolve();
      expect([end.violations, vi.getTimerCount()]).toEqual([[], 0]);
    });
  });
});
