import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { NegotiateDecision } from './connection-endpoint-options.ts';
import { OpenRequest, TestServer, turns, upgradeStatus, within } from '../testing/test-server.ts';

const never = new Promise<never>(() => {});

/** Awaited by the server and no promise to `instanceof`, as the queries of many libraries. */
function thenable<T>(value: T): PromiseLike<T> {
  const promise = Promise.resolve(value);
  // oxlint-disable-next-line no-thenable -- it is meant to be one
  return { then: (...handlers) => promise.then(...handlers) };
}

async function openPolling(host: TestServer): Promise<string> {
  const { connectionToken } = await host.negotiate();
  const path = `/hub?id=${connectionToken}`;
  await host.request(path);
  return path;
}

async function answerTo(socket: Socket): Promise<string> {
  const chunks: string[] = [];
  socket.setEncoding('latin1').on('data', (chunk: string) => chunks.push(chunk));
  await within(once(socket, 'close'), 'the server closes the socket');
  return chunks.join('');
}

describe('a hook that never decides', () => {
  it('is given up after requestTimeoutMs: negotiate, poll, POST and DELETE are answered 503', async () => {
    let isSlow = false;
    await using host = await TestServer.start({ authenticate: () => (isSlow ? never : null), requestTimeoutMs: 5_000 });
    const path = await openPolling(host);
    isSlow = true;
    const answers = [
      host.request('/hub/negotiate', { method: 'POST' }),
      host.request(path),
      host.request(path, { method: 'POST', body: 'x' }),
      host.request(path, { method: 'DELETE' }),
    ];
    for (const _answer of [0, ...answers]) await host.requests.next('the requests arrive');
    await turns();
    host.clock.advance(5_000);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    isSlow = false;
    expect((await host.request(path, { method: 'POST', body: 'x' })).status).toBe(200);
  });

  it('leaves no upgrade waiting either', async () => {
    await using host = await TestServer.start({ authenticate: () => never });
    const upgraded = once(host.server, 'upgrade');
    const status = upgradeStatus(host.webSocket('/hub'));
    await within(upgraded, 'the upgrade arrives');
    host.clock.advance(30_000);
    expect(await status).toBe(503);
    expect(host.clock.timers).toBe(0);
  });

  it('counts for negotiate too', async () => {
    await using host = await TestServer.start({ negotiate: () => never });
    const answer = host.request('/hub/negotiate', { method: 'POST' });
    await host.requests.next('the request arrives');
    await turns();
    host.clock.advance(30_000);
    expect((await answer).status).toBe(503);
    expect(host.endpoint.connections).toBe(0);
  });

  it('changes nothing when it decides after all', async () => {
    let decide = (_user: null): void => {};
    const authenticate = () => new Promise<null>((resolve) => (decide = resolve));
    await using host = await TestServer.start({ authenticate });
    const answer = host.request('/hub/negotiate', { method: 'POST' });
    await host.requests.next('the request arrives');
    await turns();
    host.clock.advance(30_000);
    await answer;
    decide(null);
    await turns();
    expect(host.endpoint.connections).toBe(0);
  });
});

describe('hooks that answer with a promise of another library', () => {
  it('lets nobody in before the user is known', async () => {
    const users: Readonly<Record<string, string | undefined>> = { ann: 'Ann' };
    await using host = await TestServer.start({
      authenticate: ({ headers }) => thenable(users[String(headers['x-user'])]),
    });
    const statusFor = async (user: string) =>
      (await host.request('/hub/negotiate', { method: 'POST', headers: { 'x-user': user } })).status;
    expect([await statusFor('ann'), await statusFor('bob')]).toEqual([200, 401]);
  });

  it('waits for what negotiate decides', async () => {
    await using host = await TestServer.start({
      negotiate: () => thenable({ error: 'Not today' }) as Promise<NegotiateDecision>,
    });
    expect((await host.request('/hub/negotiate', { method: 'POST' })).body).toContain('Not today');
  });

  it('takes a promise from a hook that has to answer at once for a no', async () => {
    const promised: unknown = Promise.resolve(false);
    await using strangers = await TestServer.start({ isSameUser: () => promised as boolean });
    const { connectionToken } = await strangers.negotiate();
    expect((await strangers.request(`/hub?id=${connectionToken}`)).status).toBe(403);
    await using origins = await TestServer.start({ allowedOrigins: () => promised as boolean });
    const foreign = { method: 'POST', headers: { Origin: 'https://evil.example' } };
    expect((await origins.request('/hub/negotiate', foreign)).status).toBe(403);
  });
});

describe('a body that trickles', () => {
  it('is given up after requestTimeoutMs, whatever came of it; those behind it have their turn', async () => {
    await using host = await TestServer.start({ requestTimeoutMs: 5_000 });
    const path = await openPolling(host);
    const slow = connect(host.port, '127.0.0.1');
    slow.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n`);
    const answer = answerTo(slow);
    for (const _request of ['negotiate', 'poll', 'POST']) await host.requests.next('the requests arrive');
    const next = new OpenRequest(host.port, path, { method: 'POST' });
    next.end('next');
    await host.requests.next('the next POST arrives');
    for (let second = 0; second < 5; second++) {
      slow.write('x');
      await turns();
      host.clock.advance(1_000);
    }
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*Connection: close/u);
    expect((await next.answered.next('the next POST is answered')).status).toBe(200);
    const connection = await host.connections.next('the connection is open');
    expect(host.receiverOf(connection).seen).toEqual(['next']);
  });

  it('is not dropped for ever either once it was refused as too large', async () => {
    await using host = await TestServer.start({ requestTimeoutMs: 5_000, maximumFrameBytes: 10 });
    const path = await openPolling(host);
    const slow = connect(host.port, '127.0.0.1');
    slow.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx`);
    const answer = answerTo(slow);
    for (const _request of ['negotiate', 'poll', 'POST']) await host.requests.next('the requests arrive');
    await turns();
    host.clock.advance(5_000);
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /u);
  });
});
