import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TransportError } from '../errors.ts';
import { ConnectionRecorder } from '../testing/connection-recorder.ts';
import { json, StubServer } from '../testing/stub-server.ts';
import { createHttpConnectionFactory } from './http-connection.ts';
import type { HttpConnectionOptions } from './http-connection-options.ts';

const negotiated = {
  connectionId: 'public',
  connectionToken: 'secret',
  negotiateVersion: 1,
  availableTransports: [{ transport: 'LongPolling', transferFormats: ['Text', 'Binary'] }],
};

/** Answers the first poll at once and holds the later ones for the test. */
class PollStub {
  readonly stub: StubServer;
  readonly #polls: ServerResponse[];
  readonly #waiting: ((poll: ServerResponse) => void)[];

  private constructor(stub: StubServer, polls: ServerResponse[], waiting: ((poll: ServerResponse) => void)[]) {
    this.stub = stub;
    this.#polls = polls;
    this.#waiting = waiting;
  }

  static async start(): Promise<PollStub> {
    const polls: ServerResponse[] = [];
    const waiting: ((poll: ServerResponse) => void)[] = [];
    let isFirst = true;
    const stub = await StubServer.start(({ method, path }, response) => {
      if (path === '/negotiate') json(response, negotiated);
      else if (method === 'DELETE') response.writeHead(202).end();
      else if (method === 'POST' || isFirst) {
        isFirst &&= method === 'POST';
        response.end();
      } else {
        const waiter = waiting.shift();
        if (waiter) waiter(response);
        else polls.push(response);
      }
    });
    return new PollStub(stub, polls, waiting);
  }

  poll(): Promise<ServerResponse> {
    const poll = this.#polls.shift();
    return poll ? Promise.resolve(poll) : new Promise((resolve) => void this.#waiting.push(resolve));
  }

  count(method: string): number {
    return this.stub.requests.filter((request) => request.method === method && request.path === '/').length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stub[Symbol.asyncDispose]();
  }
}

async function connect(stub: PollStub, options: HttpConnectionOptions = {}): Promise<ConnectionRecorder> {
  const factory = createHttpConnectionFactory(stub.stub.origin, options);
  return new ConnectionRecorder(await factory('Text', AbortSignal.timeout(5_000))).start();
}

describe('LongPollingTransport', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('polls with a cache buster, delivers what comes, and polls again', async () => {
    await using stub = await PollStub.start();
    const client = await connect(stub);
    (await stub.poll()).end('first');
    (await stub.poll()).end();
    (await stub.poll()).end('\uFEFFnext');
    await client.until(() => client.frames.length === 2, 'two frames');
    expect(client.frames).toEqual(['first', '\uFEFFnext']);
    for (const { query } of stub.stub.requests.filter(({ method }) => method === 'GET')) {
      expect([query.get('id'), Number(query.get('_')) > 0]).toEqual(['secret', true]);
    }
    (await stub.poll()).writeHead(204).end();
    expect(await client.untilClosed()).toEqual({ kind: 'remote' });
    expect([stub.count('GET'), stub.count('DELETE')]).toEqual([5, 0]);
  });

  it('sends what waits, then DELETE, when it closes', async () => {
    await using stub = await PollStub.start();
    const client = await connect(stub);
    for (const frame of ['a', 'b', 'c']) client.send(frame);
    client.close();
    expect(await client.untilClosed()).toEqual({ kind: 'local' });
    const later = stub.stub.requests.filter(({ method }) => method !== 'GET').slice(1);
    expect(later.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST abc', 'DELETE ']);
  });

  it('tells the server also when it is aborted', async () => {
    await using stub = await PollStub.start();
    const client = await connect(stub);
    const error = new TransportError('TRANSPORT_ABORTED');
    client.abort(error);
    expect(await client.untilClosed()).toEqual({ kind: 'failed', error });
    await vi.waitFor(() => expect(stub.count('DELETE')).toBe(1));
  });

  it('tells the server when its page is left, in a request that outlives the page', async () => {
    await using stub = await PollStub.start();
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const sent: unknown[] = [];
    const spy: typeof fetch = (url, init) => {
      sent.push([init?.method, init?.keepalive]);
      return fetch(url, init);
    };
    const client = await connect(stub, { fetch: spy });
    page.dispatchEvent(new Event('pagehide'));
    await vi.waitFor(() => expect(sent).toContainEqual(['DELETE', true]));
    (await stub.poll()).writeHead(204).end();
    await client.untilClosed();
    page.dispatchEvent(new Event('pagehide'));
    await client.untilClosed();
    expect(sent.filter((request) => Array.isArray(request) && request[1] === true)).toHaveLength(1);
  });

  it.each([404, 500])('ends when a poll is answered %i', async (status) => {
    await using stub = await PollStub.start();
    const client = await connect(stub);
    (await stub.poll()).writeHead(status).end();
    expect(await client.untilClosed()).toMatchObject({
      kind: 'failed',
      error: { code: 'TRANSPORT_HTTP_STATUS', status },
    });
  });

  it('takes a server that holds a poll for too long as dead', async () => {
    await using stub = await PollStub.start();
    const client = await connect(stub, { timeoutMs: 300 });
    expect(client.connection.hasInherentKeepAlive).toBe(true);
    expect(await client.untilClosed()).toMatchObject({ kind: 'failed', error: { code: 'TRANSPORT_TIMEOUT' } });
  });

  it('stops polling while too much waits for a paused receiver', async () => {
    await using stub = await PollStub.start();
    const client = await connect(stub, { receiveBufferBytes: 4 });
    client.pause();
    (await stub.poll()).end('1234');
    (await stub.poll()).end('5');
    client.send('x');
    await vi.waitFor(() => expect(stub.count('POST')).toBe(1));
    for (let round = 0; round < 10; round++) await fetch(`${stub.stub.origin}/negotiate`, { method: 'POST' });
    expect(stub.count('GET')).toBe(3);
    client.resume();
    await stub.poll();
    expect(client.text).toBe('12345');
    client.close();
    await client.untilClosed();
  });

  it('does not connect when the first poll is refused', async () => {
    await using stub = await StubServer.start(({ path }, response) => {
      if (path === '/negotiate') json(response, negotiated);
      else response.writeHead(204).end();
    });
    await expect(createHttpConnectionFactory(stub.origin)('Text', AbortSignal.timeout(5_000))).rejects.toMatchObject({
      code: 'TRANSPORT_NO_TRANSPORT',
      message: expect.stringContaining('204 instead of 200'),
    });
  });
});
