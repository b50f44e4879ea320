import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { jwtBearer } from './jwt-bearer.ts';

const key = new Uint8Array(32).fill(7);
const options = { key, algorithms: ['HS256'], issuer: 'us', audience: 'chat' } as const;

interface TokenOptions {
  readonly claims?: Record<string, unknown>;
  readonly expires?: string | number | Date;
  readonly issuer?: string;
  readonly audience?: string;
  readonly key?: Uint8Array;
}

function token({
  claims = {},
  expires = '1h',
  issuer = 'us',
  audience = 'chat',
  ...rest
}: TokenOptions = {}): Promise<string> {
  return new SignJWT({ role: 'admin', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ann')
    .setIssuedAt()
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(rest.key ?? key);
}

function request(authorization?: string, url = '/hub'): IncomingMessage {
  return { url, headers: { ...(authorization !== undefined && { authorization }) } } as IncomingMessage;
}

const refusedHeaders: readonly (readonly [what: string, header: () => Promise<string | undefined>])[] = [
  ['no token', async () => undefined],
  ['another scheme', async () => `Basic ${await token()}`],
  ['no JWT', async () => 'Bearer abc'],
  ['another key', async () => `Bearer ${await token({ key: new Uint8Array(32) })}`],
  ['another issuer', async () => `Bearer ${await token({ issuer: 'them' })}`],
  ['another audience', async () => `Bearer ${await token({ audience: 'mail' })}`],
  ['a token that is over', async () => `Bearer ${await token({ expires: new Date(Date.now() - 31_000) })}`],
  [
    'a token that never ends',
    async () =>
      `Bearer ${await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer('us').setAudience('chat').sign(key)}`,
  ],
  [
    'a token that is not signed',
    async () => `Bearer ${new UnsecuredJWT({}).setExpirationTime('1h').setIssuer('us').setAudience('chat').encode()}`,
  ],
];

describe('jwtBearer', () => {
  it('gives the claims that last, from the header or from the query', async () => {
    const authenticate = jwtBearer(options);
    const user = { sub: 'ann', role: 'admin', iss: 'us', aud: 'chat' };
    expect(await authenticate(request(`Bearer ${await token()}`))).toEqual(user);
    expect(await authenticate(request(undefined, `/hub?id=1&access_token=${await token()}`))).toEqual(user);
    expect(await authenticate(request(`Bearer ${await token({ claims: { jti: 'x' }, expires: '2h' })}`))).toEqual(user);
  });

  it('makes a user of them', async () => {
    const authenticate = jwtBearer({ ...options, toUser: ({ sub }) => (sub === 'ann' ? { id: sub } : undefined) });
    expect(await authenticate(request(`Bearer ${await token()}`))).toEqual({ id: 'ann' });
  });

  it.each(refusedHeaders)('refuses %s with 401', async (_what, authorization) => {
    const refused = jwtBearer(options)(request(await authorization()));
    await expect(refused).rejects.toMatchObject({ status: 401, message: 'Authentication required' });
    await expect(refused).rejects.toHaveProperty('headers.WWW-Authenticate');
  });

  it('lets clocks differ a little', async () => {
    const authorization = `Bearer ${await token({ expires: new Date(Date.now() - 5_000) })}`;
    expect(await jwtBearer(options)(request(authorization))).toMatchObject({ sub: 'ann' });
    const strict = jwtBearer({ ...options, clockToleranceSeconds: 0 })(request(authorization));
    await expect(strict).rejects.toMatchObject({ status: 401 });
  });

  it('lets anonymous requests in when told to, but no bad tokens', async () => {
    const authenticate = jwtBearer({ ...options, allowAnonymous: true });
    expect(await authenticate(request())).toBeNull();
    await expect(authenticate(request('Bearer abc'))).rejects.toMatchObject({ status: 401 });
  });

  it('takes keys from where they are', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const signed = await new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime('1h')
      .sign(privateKey);
    const authenticate = jwtBearer({ getKey: async () => publicKey, algorithms: ['ES256'] });
    expect(await authenticate(request(`Bearer ${signed}`))).toEqual({ sub: 'ann' });
    const forged = jwtBearer({ getKey: async () => publicKey, algorithms: ['HS256'] })(request(`Bearer ${signed}`));
    await expect(forged).rejects.toMatchObject({ status: 401 });
  });

  it.each([[[]], [['none']], [undefined]])('asks for algorithms, not %j', (algorithms) => {
    expect(() => jwtBearer({ key, algorithms: algorithms as never })).toThrow('which algorithms to accept');
  });
});
