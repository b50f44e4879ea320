import { inspect } from 'node:util';
import { bearerToken, HttpRejection } from '@hubwire/transports/server';
import { describe, expect, it } from 'vitest';
import { upgradeRequest } from './testing/raw-socket.ts';
import { Victim } from './testing/victim.ts';

const secret = 'tOkEn-0f-Ann';
const query = `access_token=${secret}`;
const handshake = '{"protocol":"json","version":1}\u001E';

/** All that was logged, at any level, errors and their causes included. */
function logOf(victim: Victim): string {
  return inspect(victim.logger.events, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity });
}

describe('token in query string', () => {
  it('shows in no log and not in the request that hubs see, whatever becomes of the request', async () => {
    await using victim = await Victim.start({
      expectsErrors: true,
      authenticate: (request) => {
        if (request.headers['x-break'] !== undefined) throw new Error('broken');
        if (bearerToken(request) !== secret) throw new HttpRejection(401, 'Who?');
        return { id: 'ann' };
      },
      negotiate: ({ headers }) => {
        if (headers['x-break-later'] !== undefined) throw new Error('broken');
        return {};
      },
    });
    const client = await victim.client({ path: `/hub?tenant=a&${query}&Access_Token=${secret}&b=c` });
    expect(await client.call('requestUrl')).toEqual({ kind: 'result', result: '/hub?tenant=a&b=c' });
    await client.call('leak');
    client.sendFrame('rubbish\u001E');
    await client.closedWith('rubbish ends the connection');

    const { body } = await victim.request(`/hub/negotiate?negotiateVersion=1&${query}`, { method: 'POST' });
    const { connectionToken } = JSON.parse(body) as { readonly connectionToken: string };
    const path = `/hub?id=${connectionToken}&${query}`;
    await victim.request(path);
    await victim.request(path, { method: 'POST', body: handshake });
    const refused = [
      victim.request(`/hub?id=none&${query}`),
      victim.request(`/hub?${query}`, { method: 'PUT' }),
      victim.request(`/hub?${query}`, { headers: { 'X-Break': '1' } }),
      victim.request(`/hub?access_token=x${secret}`, { method: 'DELETE' }),
      victim.request(`/hub/negotiate?${query}`, { method: 'POST', headers: { 'X-Break-Later': '1' } }),
    ];
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([404, 405, 401, 401, 500]);
    await victim.request(path, { method: 'DELETE' });
    const socket = await victim.raw();
    await socket.ask(upgradeRequest(`/hub?id=gone&${query}`), 'the upgrade is refused');

    expect(victim.logger.events.length).toBeGreaterThan(5);
    expect(logOf(victim)).not.toContain(secret);
    expect(logOf(victim)).not.toContain(connectionToken);
  });

  it('is looked at on the routes of hubs alone', async () => {
    const asked: string[] = [];
    await using victim = await Victim.start({ authenticate: ({ url }) => asked.push(url ?? '') });
    expect((await victim.request(`/other?${query}`)).status).toBe(404);
    expect((await victim.request(`/hub/other?${query}`)).status).toBe(404);
    expect((await victim.request(`/hubs?${query}`)).status).toBe(404);
    expect(asked).toEqual([]);
    await victim.request(`/hub/negotiate?${query}`, { method: 'POST' });
    expect(asked).toHaveLength(1);
  });
});

describe('connection token as secret', () => {
  it('has 128 random bits, is not the public id, and reaches nobody else', async () => {
    await using victim = await Victim.start();
    const bystander = await victim.client();
    const { body } = await victim.request('/hub/negotiate?negotiateVersion=1', { method: 'POST' });
    const { connectionId, connectionToken } = JSON.parse(body) as Record<string, string>;
    expect(Buffer.from(connectionToken ?? '', 'base64url')).toHaveLength(16);
    expect(connectionToken).not.toBe(connectionId);
    const owner = await victim.client({ path: `/hub?id=${connectionToken}` });
    await owner.call('broadcast', 'hello');
    await bystander.until((message) => 'target' in message, 'the broadcast arrives');
    expect((await victim.request(`/hub?id=${connectionId}`)).status).toBe(404);
    expect(JSON.stringify(bystander.messages)).not.toContain(connectionToken);
    expect(logOf(victim)).not.toContain(connectionToken);
  });

  const authenticate = ({ headers }: { headers: Record<string, string | string[] | undefined> }): unknown =>
    headers['x-user'] === undefined ? null : { id: headers['x-user'] };
  const ann = { 'X-User': 'ann' };

  // aspnetcore#67409, aspnetcore#68008
  it.each([{ 'X-User': 'bob' }, {}])(
    'does not help another user, %j: everything is refused, and Ann goes on',
    async (thief) => {
      await using victim = await Victim.start({ authenticate });
      const path = await victim.poll(ann);
      const pending = victim.request(path, { headers: ann });
      const attempts = [
        victim.request(path, { headers: thief }),
        victim.request(path, { headers: { ...thief, Accept: 'text/event-stream' } }),
        victim.request(path, { method: 'POST', headers: thief, body: '{"type":7}\u001E' }),
        victim.request(path, { method: 'DELETE', headers: thief }),
      ];
      expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      const socket = await victim.raw();
      expect(await socket.ask(upgradeRequest(path, thief), 'the upgrade is answered')).toContain('403');
      const call = '{"type":1,"invocationId":"1","target":"whoAmI","arguments":[]}\u001E';
      await victim.request(path, { method: 'POST', headers: ann, body: call });
      expect((await pending).body).toContain('"result":{"id":"ann"}');
    },
  );

  it('does not help another user to open what Ann has negotiated', async () => {
    await using victim = await Victim.start({ authenticate });
    const path = await victim.negotiate(ann);
    const socket = await victim.raw();
    expect(await socket.ask(upgradeRequest(path, { 'X-User': 'bob' }), 'Bob is answered')).toContain('403');
    const client = await victim.client({ path, headers: ann });
    expect(await client.call('whoAmI')).toEqual({ kind: 'result', result: { id: 'ann' } });
  });

  it('is of no use for a second WebSocket, even to its owner', async () => {
    await using victim = await Victim.start({ authenticate });
    const path = await victim.negotiate(ann);
    const client = await victim.client({ path, headers: ann });
    const socket = await victim.raw();
    expect(await socket.ask(upgradeRequest(path, ann), 'the second one is answered')).toContain('409');
    expect(await client.call('ping')).toEqual({ kind: 'result', result: 'pong' });
  });
});
