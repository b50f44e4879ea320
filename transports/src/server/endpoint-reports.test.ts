import { describe, expect, it } from 'vitest';
import { OpenRequest, TestServer, turns, upgradeStatus, type TestServerOptions } from '../testing/test-server.ts';

/** A server that remembers which limits bit and which requests it refused. */
async function observedServer(options: TestServerOptions = {}) {
  const limits: string[] = [];
  const refusals: (string | number)[] = [];
  const host = await TestServer.start({
    observer: {
      onLimit: (option) => limits.push(option),
      onRefused: (status, code = '') => refusals.push(status, code),
    },
    ...options,
  });
  return { host, limits, refusals, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

async function openPolling(host: TestServer): Promise<string> {
  const { connectionToken } = await host.negotiate();
  const path = `/hub?id=${connectionToken}`;
  await host.request(path);
  return path;
}

const never = new Promise<never>(() => {});
const full = [503, 'TRANSPORT_SERVER_FULL'];

describe('limits that refuse a connection are reported by name', () => {
  it.each([
    [{ maximumConnections: 1 }, 'maximumConnections', full],
    [{ maximumPendingNegotiations: 1 }, 'maximumPendingNegotiations', full],
    [{ maximumConnectionsPerAddress: 1 }, 'maximumConnectionsPerAddress', [429, 'TRANSPORT_TOO_MANY_FROM_ADDRESS']],
  ] as const)('%o', async (options, limit, refusal) => {
    await using observed = await observedServer(options);
    const { host, limits, refusals } = observed;
    await host.negotiate();
    expect(limits).toEqual([]);
    await host.request('/hub/negotiate', { method: 'POST' });
    expect([limits, refusals]).toEqual([[limit], refusal]);
    await upgradeStatus(host.webSocket('/hub'));
    expect(limits).toEqual([limit, limit]);
  });
});

describe('limits that end a connection or a request are reported by name', () => {
  it('negotiatedTimeoutMs', async () => {
    await using observed = await observedServer();
    await observed.host.negotiate();
    observed.host.clock.advance(15_000);
    expect(observed.limits).toEqual(['negotiatedTimeoutMs']);
  });

  it('disconnectTimeoutMs', async () => {
    await using observed = await observedServer();
    await openPolling(observed.host);
    await turns(10);
    observed.host.clock.advance(15_000);
    expect(observed.limits).toEqual(['disconnectTimeoutMs']);
  });

  it('sendTimeoutMs', async () => {
    await using observed = await observedServer();
    const { host, limits } = observed;
    const socket = host.webSocket('/hub');
    socket.once('open', () => socket.pause());
    const connection = await host.connections.next('the connection');
    await turns(10);
    for (let count = 0; count < 100; count++) connection.send('x'.repeat(1_048_576));
    host.clock.advance(1);
    host.clock.advance(10_000);
    await host.whenEmpty();
    expect(limits).toEqual(['sendTimeoutMs']);
    socket.terminate();
  });

  it('requestTimeoutMs, for a hook and for a body', async () => {
    let isSlow = false;
    await using observed = await observedServer({
      authenticate: () => (isSlow ? never : null),
      requestTimeoutMs: 5_000,
    });
    const { host, limits, refusals } = observed;
    const path = await openPolling(host);
    const post = new OpenRequest(host.port, path, { method: 'POST' });
    post.write('half');
    await turns(20);
    isSlow = true;
    while (host.requests.size > 0) await host.requests.next('an earlier request');
    const answer = host.request('/hub/negotiate', { method: 'POST' });
    await host.requests.next('the request arrives');
    await turns();
    host.clock.advance(5_000);
    await answer;
    await post.answered.next('the POST is answered');
    expect(limits).toEqual(['requestTimeoutMs', 'requestTimeoutMs']);
    expect(refusals).toEqual(expect.arrayContaining([503, 'TRANSPORT_HOOK_TIMEOUT', 408, 'TRANSPORT_BODY_TIMEOUT']));
  });

  it('maximumFrameBytes, of a WebSocket message and of a body', async () => {
    await using observed = await observedServer({ maximumFrameBytes: 100 });
    const { host, limits, refusals } = observed;
    const path = await openPolling(host);
    await host.connections.next('the polling connection');
    await host.request(path, { method: 'POST', body: 'x'.repeat(101) });
    expect([limits, refusals]).toEqual([['maximumFrameBytes'], [413, 'TRANSPORT_BODY_TOO_LARGE']]);
    const socket = host.webSocket('/hub');
    socket.on('error', () => {}).once('open', () => socket.send('x'.repeat(101)));
    const connection = await host.connections.next('the connection');
    await host.receiverOf(connection).closes.next('its end');
    expect(limits).toEqual(['maximumFrameBytes', 'maximumFrameBytes']);
  });

  it('maximumPendingPosts', async () => {
    await using observed = await observedServer({ maximumPendingPosts: 1 });
    const { host, limits } = observed;
    const path = await openPolling(host);
    const connection = await host.connections.next('the connection');
    connection.pause();
    const first = host.request(path, { method: 'POST', body: '1' });
    await turns(20);
    expect((await host.request(path, { method: 'POST', body: '2' })).status).toBe(429);
    expect(limits).toEqual(['maximumPendingPosts']);
    connection.resume();
    expect((await first).status).toBe(200);
  });
});

describe('an observer', () => {
  it('stops nothing when it throws', async () => {
    const fail = (): never => {
      throw new Error('observer');
    };
    await using host = await TestServer.start({ observer: { onLimit: fail, onRefused: fail }, maximumConnections: 1 });
    await host.negotiate();
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
    expect(host.logged.filter((line) => line.startsWith('error observerFailed'))).toHaveLength(2);
  });

  it('need not want everything', async () => {
    await using host = await TestServer.start({ observer: {}, maximumConnections: 0 });
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
    expect(host.logged.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});

describe('an endpoint that is told to take no more', () => {
  it('answers 503 for the sake of that limit, goes on with what it has, and takes more again', async () => {
    await using observed = await observedServer();
    const { host, limits } = observed;
    const path = await openPolling(host);
    const { connectionToken } = await host.negotiate();
    host.endpoint.refuseConnections('memoryBudget');
    const refused = await host.request('/hub/negotiate', { method: 'POST' });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(await upgradeStatus(host.webSocket('/hub'))).toBe(503);
    expect(limits).toEqual(['memoryBudget', 'memoryBudget']);
    expect((await host.request(path, { method: 'POST', body: 'x' })).status).toBe(200);
    expect(await upgradeStatus(host.webSocket(`/hub?id=${connectionToken}`))).toBe(101);
    host.endpoint.refuseConnections(undefined);
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(200);
  });

  it('forgets unused connections, the oldest first, and no others', async () => {
    await using host = await TestServer.start();
    const used = await openPolling(host);
    const tokens: string[] = [];
    for (let count = 0; count < 3; count++) tokens.push((await host.negotiate()).connectionToken);
    expect([host.endpoint.dropUnused(2), host.endpoint.connections]).toEqual([2, 2]);
    const statuses = await Promise.all(tokens.map((token) => upgradeStatus(host.webSocket(`/hub?id=${token}`))));
    expect(statuses).toEqual([404, 404, 101]);
    expect(host.endpoint.dropUnused(10)).toBe(0);
    expect((await host.request(used, { method: 'POST', body: 'x' })).status).toBe(200);
  });
});
