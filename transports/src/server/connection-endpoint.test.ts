import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { CorsOptions } from './connection-endpoint-options.ts';
import { OpenRequest, TestServer, upgradeStatus, within } from '../testing/test-server.ts';
import { bearerToken } from './authentication.ts';
import { HttpRejection } from './http-rejection.ts';

describe('negotiate', () => {
  it('gives a public id, a secret token and the transports in order', async () => {
    await using host = await TestServer.start();
    const { status, headers, body } = await host.request('/hub/negotiate?negotiateVersion=1', { method: 'POST' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const answer = JSON.parse(body) as Record<string, unknown>;
    expect(answer).toEqual({
      negotiateVersion: 1,
      connectionId: expect.stringMatching(/^[\w-]{22}$/u),
      connectionToken: expect.stringMatching(/^[\w-]{22}$/u),
      availableTransports: [
        { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
        { transport: 'ServerSentEvents', transferFormats: ['Text'] },
        { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
      ],
    });
    expect(answer['connectionToken']).not.toBe(answer['connectionId']);
  });

  it('answers version 0 without a token, and a newer version with the newest known', async () => {
    await using host = await TestServer.start();
    const ask = async (query: string) => {
      const { body } = await host.request(`/hub/negotiate${query}`, { method: 'POST' });
      return JSON.parse(body) as Record<string, unknown>;
    };
    expect(await ask('')).not.toHaveProperty('connectionToken');
    expect(await ask('?negotiateVersion=0')).toMatchObject({ negotiateVersion: 0 });
    expect(await ask('?NegotiateVersion=7')).toMatchObject({ negotiateVersion: 1 });
    expect(await ask('?negotiateVersion=x')).toEqual({
      error: 'The client requested a non-integer protocol version.',
    });
  });

  it('refuses version 0 when told to', async () => {
    await using host = await TestServer.start({ minimumNegotiateVersion: 1 });
    const { body } = await host.request('/hub/negotiate', { method: 'POST' });
    expect(JSON.parse(body)).toEqual({
      error: "The client requested version '0', but the server does not support this version.",
    });
    expect(host.endpoint.connections).toBe(0);
  });

  it('redirects, refuses and adds headers as the hook says', async () => {
    await using host = await TestServer.start({
      negotiate: (request) => {
        const headers = { 'Set-Cookie': ['a=1', 'b=2'] };
        if (request.url?.includes('elsewhere')) return { url: 'https://example.com/hub', accessToken: 't', headers };
        return request.url?.includes('never') ? Promise.resolve({ error: 'never' }) : { headers };
      },
    });
    const redirected = await host.request('/hub/negotiate?elsewhere', { method: 'POST' });
    expect(JSON.parse(redirected.body)).toEqual({ url: 'https://example.com/hub', accessToken: 't' });
    expect(redirected.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    const refused = await host.request('/hub/negotiate?never', { method: 'POST' });
    expect(JSON.parse(refused.body)).toEqual({ error: 'never' });
    expect(host.endpoint.connections).toBe(0);
    await host.negotiate();
    expect(host.endpoint.connections).toBe(1);
  });

  it('answers 500 when the hook throws and goes on', async () => {
    await using host = await TestServer.start({
      negotiate: (request) => {
        if (request.url?.includes('reject')) return Promise.reject(new Error('secret detail'));
        throw new Error('secret detail');
      },
    });
    for (const query of ['', '?reject']) {
      const { status, body } = await host.request(`/hub/negotiate${query}`, { method: 'POST' });
      expect([status, body]).toEqual([500, 'The request failed on the server']);
    }
  });

  it('forgets a connection that is never used', async () => {
    await using host = await TestServer.start({ negotiatedTimeoutMs: 15_000 });
    const { connectionToken } = await host.negotiate();
    host.clock.advance(14_999);
    expect(host.endpoint.connections).toBe(1);
    host.clock.advance(1);
    expect([host.endpoint.connections, host.clock.timers]).toEqual([0, 0]);
    expect((await host.request(`/hub?id=${connectionToken}`)).status).toBe(404);
  });
});

describe('requests that cannot be served', () => {
  it.each([
    ['GET', '/hub/negotiate', 405],
    ['PUT', '/hub', 405],
    ['PATCH', '/hub?id=x', 405],
    ['GET', '/hub', 400],
    ['POST', '/hub', 400],
    ['DELETE', '/hub', 400],
    ['GET', '/hub?id=', 400],
    ['GET', '/hub?id=unknown', 404],
    ['POST', '/hub?id=unknown', 404],
    ['DELETE', '/hub?id=unknown', 404],
    ['GET', '/hub?id=__proto__', 404],
    ['GET', '/elsewhere', 404],
    ['GET', '/hub/other', 404],
    ['GET', '/hubs', 404],
  ])('%s %s is answered with %i', async (method, path, status) => {
    await using host = await TestServer.start();
    expect((await host.request(path, { method })).status).toBe(status);
  });

  it('names what is missing in words clients know', async () => {
    await using host = await TestServer.start();
    expect((await host.request('/hub')).body).toBe('Connection ID required');
    expect((await host.request('/hub?id=unknown')).body).toBe('No Connection with that ID');
    expect((await host.request('/hub', { method: 'PUT' })).headers['allow']).toBe('GET, POST, DELETE');
  });

  it('says that upgrades do not arrive when the router is not attached', async () => {
    await using host = await TestServer.start();
    const { connectionToken } = await host.negotiate();
    host.server.removeAllListeners('upgrade');
    const status = await upgradeStatus(host.webSocket(`/hub?id=${connectionToken}`));
    expect([status, host.connections.size]).toEqual([400, 0]);
  });
});

describe('a WebSocket whose upgrade a proxy has dropped', () => {
  it('is refused, and not taken for a poll', async () => {
    await using host = await TestServer.start();
    const { connectionToken } = await host.negotiate();
    const headers = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13' };
    const { status, body } = await host.request(`/hub?id=${connectionToken}`, { headers });
    expect([status, host.connections.size]).toEqual([400, 0]);
    expect(body).toContain('proxy');
  });
});

describe('limits on connections', () => {
  it('refuses more than maximumConnections with 503, over negotiate and over bare sockets', async () => {
    await using host = await TestServer.start({ maximumConnections: 1 });
    await host.negotiate();
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
    expect(await upgradeStatus(host.webSocket('/hub'))).toBe(503);
    expect(host.endpoint.connections).toBe(1);
  });

  it('refuses more than maximumConnectionsPerAddress with 429 until one is gone', async () => {
    await using host = await TestServer.start({ maximumConnectionsPerAddress: 2 });
    await host.negotiate();
    await host.negotiate();
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(429);
    host.clock.advance(15_000);
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(200);
  });

  it('counts only unused ones against maximumPendingNegotiations', async () => {
    await using host = await TestServer.start({ maximumPendingNegotiations: 1 });
    const { connectionToken } = await host.negotiate();
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
    expect(await upgradeStatus(host.webSocket(`/hub?id=${connectionToken}`))).toBe(101);
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(200);
  });

  it('refuses everything new once closed', async () => {
    await using host = await TestServer.start();
    await host.endpoint.close();
    expect((await host.request('/hub/negotiate', { method: 'POST' })).status).toBe(503);
    expect(await upgradeStatus(host.webSocket('/hub'))).toBe(503);
  });
});

describe('origins', () => {
  const foreign = { Origin: 'https://evil.example' };

  it('refuses a foreign origin on every kind of request, before the connection is touched', async () => {
    await using host = await TestServer.start();
    const { connectionToken } = await host.negotiate();
    const path = `/hub?id=${connectionToken}`;
    const event = { ...foreign, Accept: 'text/event-stream' };
    const answers = await Promise.all([
      host.request('/hub/negotiate', { method: 'POST', headers: foreign }),
      host.request(path, { headers: foreign }),
      host.request(path, { headers: event }),
      host.request(path, { method: 'POST', headers: foreign, body: 'x' }),
      host.request(path, { method: 'DELETE', headers: foreign }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await upgradeStatus(host.webSocket(path, foreign))).toBe(403);
    expect([host.endpoint.connections, host.connections.size]).toEqual([1, 0]);
  });

  it('admits the same origin and no origin', async () => {
    await using host = await TestServer.start();
    const own = { Origin: `http://127.0.0.1:${host.port}` };
    expect((await host.request('/hub/negotiate', { method: 'POST', headers: own })).status).toBe(200);
    expect(await upgradeStatus(host.webSocket('/hub', own))).toBe(101);
    expect(await upgradeStatus(host.webSocket('/hub'))).toBe(101);
  });
});

describe('authentication', () => {
  const authenticate = ({ headers }: IncomingMessage) => headers.authorization ?? null;
  const as = (user: string) => ({ Authorization: user });

  it('keeps the user of the negotiate request and refuses others with 403, leaving the connection alone', async () => {
    await using host = await TestServer.start({ authenticate });
    const { connectionToken } = await host.negotiate('negotiateVersion=1', as('ada'));
    const path = `/hub?id=${connectionToken}`;
    expect(await upgradeStatus(host.webSocket(path, as('bob')))).toBe(403);
    expect(await upgradeStatus(host.webSocket(path))).toBe(403);
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect((await host.request(path, { method, headers: as('bob') })).status).toBe(403);
    }
    expect(await upgradeStatus(host.webSocket(path, as('ada')))).toBe(101);
    const connection = await host.connections.next('the connection opens');
    expect(connection.user).toBe('ada');
  });

  it('answers 401 when the hook throws, rejects or returns nothing', async () => {
    for (const hook of [() => undefined, () => Promise.reject(new Error('bad')), thrower('bad')]) {
      await using host = await TestServer.start({ authenticate: hook });
      const { status, headers } = await host.request('/hub/negotiate', { method: 'POST' });
      expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(await upgradeStatus(host.webSocket('/hub'))).toBe(401);
      expect(host.endpoint.connections).toBe(0);
    }
  });

  it('lets an HttpRejection choose the answer', async () => {
    await using host = await TestServer.start({
      authenticate: () => Promise.reject(new HttpRejection(418, 'short and stout', { headers: { 'X-Why': 'teapot' } })),
    });
    const { status, body, headers } = await host.request('/hub/negotiate', { method: 'POST' });
    expect([status, body, headers['x-why']]).toEqual([418, 'short and stout', 'teapot']);
  });

  it('finds the token in the header first and in the query for browsers, and never logs it', async () => {
    await using host = await TestServer.start({ authenticate: (request) => bearerToken(request) });
    const negotiated = await host.request('/hub/negotiate?negotiateVersion=1&access_token=sesame', { method: 'POST' });
    const { connectionToken } = JSON.parse(negotiated.body) as { connectionToken: string };
    const header = { Authorization: 'Bearer sesame' };
    expect(await upgradeStatus(host.webSocket(`/hub?id=${connectionToken}&access_token=no`, header))).toBe(101);
    const connection = await host.connections.next('the connection opens');
    expect(connection.user).toBe('sesame');
    expect(connection.request).toMatchObject({ method: 'GET', url: '/hub' });
    expect(host.logged.join('\n')).not.toContain('sesame');
    expect(host.logged.join('\n')).not.toContain(connectionToken);
  });
});

describe('the request of a connection', () => {
  const seen = { Cookie: 'session=of-negotiate', 'X-Test': 'first' };

  it('is the WebSocket upgrade, with or without negotiate', async () => {
    await using host = await TestServer.start();
    const { connectionToken } = await host.negotiate('negotiateVersion=1&from=negotiate');
    for (const query of [`id=${connectionToken}&from=upgrade`, 'from=upgrade']) {
      expect(await upgradeStatus(host.webSocket(`/hub?${query}`, seen))).toBe(101);
      const { request } = await host.connections.next('the connection opens');
      expect([request.method, request.url]).toEqual(['GET', '/hub?from=upgrade']);
      expect(request.headers).toMatchObject({ cookie: 'session=of-negotiate', 'x-test': 'first' });
    }
  });

  it.each([
    ['the request for the event stream', { Accept: 'text/event-stream' }],
    ['the first poll', {}],
  ])('is %s', async (_what, headers) => {
    await using host = await TestServer.start();
    const { connectionToken } = await host.negotiate('negotiateVersion=1&from=negotiate');
    const path = `/hub?id=${connectionToken}`;
    const first = new OpenRequest(host.port, `${path}&from=first`, { headers: { ...headers, ...seen } });
    const connection = await host.connections.next('the connection opens');
    await first.answered.next('the first request is answered');
    const next = new OpenRequest(host.port, `${path}&from=second`, { headers });
    await host.request(path, { method: 'POST', body: 'x' });
    await host.receiverOf(connection).frames.next('a frame arrives');
    expect([connection.request.method, connection.request.url]).toEqual(['GET', '/hub?from=first']);
    expect(connection.request.headers).toMatchObject({ cookie: 'session=of-negotiate', 'x-test': 'first' });
    for (const open of [first, next]) open.abort();
  });
});

describe('CORS', () => {
  const origin = 'https://app.example';
  const allowedOrigins = [origin];

  it('is left to others unless it is on', async () => {
    await using host = await TestServer.start({ allowedOrigins });
    const { headers } = await host.request('/hub/negotiate', { method: 'POST', headers: { Origin: origin } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect((await host.request('/hub', { method: 'OPTIONS', headers: { Origin: origin } })).status).toBe(405);
  });

  it('answers preflight requests of allowed origins only', async () => {
    await using host = await TestServer.start({ allowedOrigins, cors: { allowedHeaders: ['x-tenant'] } });
    const preflight = (from: string) =>
      host.request('/hub/negotiate', {
        method: 'OPTIONS',
        headers: { Origin: from, 'Access-Control-Request-Method': 'POST' },
      });
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type, x-requested-with, x-signalr-user-agent, x-tenant',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
    const refused = await preflight('https://evil.example');
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });

  it('lets pages read answers, errors included', async () => {
    await using host = await TestServer.start({ allowedOrigins: '*', cors: { credentials: false } });
    const { status, headers } = await host.request('/hub?id=x', { headers: { Origin: origin } });
    expect([status, headers['access-control-allow-origin']]).toEqual([404, '*']);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('lets the cookies of just anybody come along only when told to', async () => {
    const credentialsFor = async (cors: CorsOptions) => {
      await using host = await TestServer.start({ allowedOrigins: '*', cors });
      const { headers } = await host.request('/hub?id=x', { headers: { Origin: origin } });
      return [headers['access-control-allow-origin'], headers['access-control-allow-credentials']];
    };
    expect(await credentialsFor({})).toEqual(['*', undefined]);
    expect(await credentialsFor({ credentials: true })).toEqual([origin, 'true']);
  });
});

describe('a failing onConnection', () => {
  it('ends that connection only', async () => {
    await using host = await TestServer.start({ onConnection: thrower('broken') });
    const webSocket = host.webSocket('/hub');
    await within(new Promise((resolve) => webSocket.once('close', resolve)), 'the socket closes');
    await host.whenEmpty();
    expect(host.logged.some((line) => line.startsWith('error connectionHandlerFailed'))).toBe(true);
  });
});

function thrower(text: string): () => never {
  return () => {
    throw new Error(text);
  };
}
