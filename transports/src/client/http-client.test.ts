import { describe, expect, it } from 'vitest';
import { StubServer } from '../testing/stub-server.ts';
import { HttpClient, type HttpClientSettings } from './http-client.ts';

function createClient(settings: Partial<HttpClientSettings> = {}): HttpClient {
  return new HttpClient({
    fetch: globalThis.fetch,
    headers: {},
    withCredentials: true,
    timeoutMs: 5_000,
    accessTokenFactory: undefined,
    ...settings,
  });
}

/** Gives `token-1`, `token-2` and so on. */
function countingTokens() {
  let count = 0;
  return () => `token-${++count}`;
}

const bearers = (stub: StubServer) => stub.requests.map(({ headers }) => headers.authorization);

describe('HttpClient', () => {
  it('sends headers, token and body, and reads the answer', async () => {
    await using stub = await StubServer.start((_, response) => void response.end('\uFEFFyes'));
    const http = createClient({ headers: { 'X-Api': 'k' }, accessTokenFactory: async () => 'secret' });
    const { status, body } = await http.send({ method: 'POST', url: `${stub.origin}/hub?id=1`, body: 'text' });
    expect([status, new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)]).toEqual([200, '\uFEFFyes']);
    expect(stub.requests).toMatchObject([
      {
        method: 'POST',
        body: 'text',
        headers: {
          authorization: 'Bearer secret',
          'x-api': 'k',
          'x-requested-with': 'XMLHttpRequest',
          'x-signalr-user-agent': 'Hubwire',
          'content-type': 'text/plain;charset=UTF-8',
        },
      },
    ]);
  });

  it('asks for a token once and keeps it', async () => {
    await using stub = await StubServer.start((_, response) => void response.end());
    const http = createClient({ accessTokenFactory: countingTokens() });
    for (let count = 0; count < 3; count++) await http.send({ method: 'GET', url: stub.origin });
    expect(bearers(stub)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
  });

  it('replaces a kept token once after a 401', async () => {
    await using stub = await StubServer.start(({ headers }, response) => {
      const isExpired = headers.authorization === 'Bearer token-1' && stub.requests.length > 1;
      response.writeHead(isExpired ? 401 : 200).end();
    });
    const http = createClient({ accessTokenFactory: countingTokens() });
    await http.send({ method: 'GET', url: stub.origin });
    await http.send({ method: 'GET', url: stub.origin });
    expect(bearers(stub)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('gives up when a fresh token is refused', async () => {
    await using stub = await StubServer.start((_, response) => void response.writeHead(401).end());
    const http = createClient({ accessTokenFactory: countingTokens() });
    await expect(http.send({ method: 'GET', url: `${stub.origin}/hub?id=secret` })).rejects.toMatchObject({
      code: 'TRANSPORT_HTTP_STATUS',
      status: 401,
      message: `GET ${stub.origin}/hub: 401 instead of 200.`,
    });
    expect(stub.requests).toHaveLength(1);
  });

  it.each([null, undefined, ''])('sends no token when the factory gives %j', async (token) => {
    await using stub = await StubServer.start((_, response) => void response.end());
    await createClient({ accessTokenFactory: () => token }).send({ method: 'GET', url: stub.origin });
    expect(bearers(stub)).toEqual([undefined]);
  });

  it('sends cookies back, unless told to go without credentials', async () => {
    await using stub = await StubServer.start((_, response) => void response.setHeader('Set-Cookie', 'pin=7').end());
    const [using, without] = [createClient({ headers: { Cookie: 'own=1' } }), createClient({ withCredentials: false })];
    for (const http of [using, using, without, without]) await http.send({ method: 'GET', url: stub.origin });
    expect(stub.requests.map(({ headers }) => headers.cookie)).toEqual(['own=1', 'own=1; pin=7', undefined, undefined]);
  });

  it('does not carry the token to another origin by an HTTP redirect', async () => {
    await using elsewhere = await StubServer.start((_, response) => void response.end());
    await using stub = await StubServer.start((_, response) => {
      response.writeHead(307, { Location: elsewhere.origin, 'Set-Cookie': 'pin=7' }).end();
    });
    const http = createClient({ accessTokenFactory: () => 'secret' });
    await http.send({ method: 'POST', url: stub.origin, body: 'x' });
    expect([...bearers(stub), ...bearers(elsewhere)]).toEqual(['Bearer secret', undefined]);
  });

  it('goes to another origin without credentials when a negotiation sends it there without a token', async () => {
    await using stub = await StubServer.start((_, response) => void response.end());
    const url = stub.origin;
    const headers = { AUTHORIZATION: 'Basic x', cookie: 'own=1', 'X-Api': 'k' };
    const http = createClient({ headers, accessTokenFactory: () => 'secret' });
    const send = (client: HttpClient) => client.send({ method: 'GET', url });
    await send(http.redirected('http://other.example/', url, undefined));
    await send(http.redirected('http://other.example/', url, 'theirs'));
    await send(http.redirected(`${url}/a`, `${url}/b`, undefined));
    expect(bearers(stub)).toEqual([undefined, 'Bearer theirs', 'Bearer secret']);
    expect(stub.requests.map((request) => request.headers.cookie)).toEqual([undefined, undefined, 'own=1']);
    expect(stub.requests.map((request) => request.headers['x-api'])).toEqual(['k', 'k', 'k']);
  });

  it('ends a request that takes too long, its body included', async () => {
    await using stub = await StubServer.start((_, response) => void response.writeHead(200).write('half'));
    await expect(createClient({ timeoutMs: 50 }).send({ method: 'GET', url: stub.origin })).rejects.toMatchObject({
      code: 'TRANSPORT_TIMEOUT',
    });
  });

  it("says what went wrong below fetch's own words", async () => {
    const stub = await StubServer.start(() => {});
    const { origin } = stub;
    await stub[Symbol.asyncDispose]();
    await expect(createClient().send({ method: 'GET', url: `${origin}/hub?id=secret` })).rejects.toMatchObject({
      code: 'TRANSPORT_HTTP_FAILED',
      message: expect.stringMatching(/GET http:\/\/127\.0\.0\.1:\d+\/hub: .*connect ECONNREFUSED/),
    });
  });

  it('reports an answer that breaks off', async () => {
    await using stub = await StubServer.start((_, response) => {
      response.writeHead(200, { 'Content-Length': '10' }).write('half', () => response.destroy());
    });
    await expect(createClient().send({ method: 'GET', url: stub.origin })).rejects.toMatchObject({
      code: 'TRANSPORT_HTTP_FAILED',
    });
  });

  it('reports a token factory that fails', async () => {
    const accessTokenFactory = () => Promise.reject(new Error('signed out'));
    await expect(createClient({ accessTokenFactory }).send({ method: 'GET', url: 'http://h/' })).rejects.toThrow(
      'signed out',
    );
  });
});
