import { describe, expect, it } from 'vitest';
import { upgradeRequest } from './testing/raw-socket.ts';
import { Victim, type Answer, type RequestOptions } from './testing/victim.ts';

/** Origins that are not `http://localhost:PORT`, some at pains to look like it. */
const foreignOrigins = (port: number): readonly string[] => [
  'null',
  'https://evil.example',
  `http://localhost:${port}.evil.example`,
  `http://localhost.evil.example:${port}`,
  `http://localhost:${port}@evil.example`,
  `http://evil.example/http://localhost:${port}`,
  `http://evil.example#localhost:${port}`,
  `http://localhost:${port}1`,
  `http://127.0.0.1:${port}`,
  `http://localhost:${port}, https://evil.example`,
  `file://localhost:${port}`,
  'localhost',
  '*',
  '',
];

describe('cross-site WebSocket hijacking', () => {
  async function statusOfUpgrade(victim: Victim, origin: string, host = `localhost:${victim.port}`): Promise<string> {
    const socket = await victim.raw();
    const request = upgradeRequest('/hub', { Host: host, Origin: origin, Cookie: 'session=ann' });
    const [status = ''] = /^HTTP\/1\.1 \d+/u.exec(await socket.ask(request, 'the upgrade is answered')) ?? [];
    socket.cut();
    return status.slice(-3);
  }

  it('refuses upgrades from foreign pages before any handshake', async () => {
    await using victim = await Victim.start();
    for (const origin of foreignOrigins(victim.port)) {
      expect([origin, await statusOfUpgrade(victim, origin)]).toEqual([origin, '403']);
    }
    expect(victim.hub.connectionCount).toBe(0);
    expect(await statusOfUpgrade(victim, `http://localhost:${victim.port}`)).toBe('101');
  });

  // The port of a test server is so high that no digit behind it makes another port: these come with hosts of their own.
  it.each([
    ['app.example', 'https://app.example.evil.example'],
    ['app.example', 'https://notapp.example'],
    ['app.example', 'https://app.example:444'],
    ['app.example:80', 'http://app.example:8080'],
    ['app.example:8080', 'http://app.example'],
    ['app.example', 'https://ann@app.example'],
    ['app.example', 'https://app.example/'],
    ['app.example', 'https://app.example/path'],
    ['app.example', 'file://app.example'],
  ])('takes host and port whole: at %s a page of %s is foreign', async (host, origin) => {
    await using victim = await Victim.start();
    expect(await statusOfUpgrade(victim, origin, host)).toBe('403');
    expect(await statusOfUpgrade(victim, `https://${host}`, host)).toBe('101');
  });

  it('succeeds where an application allows every origin, which shows that the request is a good one', async () => {
    await using victim = await Victim.start({ allowedOrigins: '*' });
    expect(await statusOfUpgrade(victim, 'https://evil.example')).toBe('101');
  });

  it('takes origins of a list for what they are, to the letter', async () => {
    await using victim = await Victim.start({ allowedOrigins: ['https://app.example'] });
    const lookAlikes = ['https://app.example.evil.example', 'http://app.example', 'https://app.example:444', 'null'];
    for (const origin of lookAlikes) expect(await statusOfUpgrade(victim, origin)).toBe('403');
    expect(await statusOfUpgrade(victim, 'https://app.example')).toBe('101');
  });

  it('fails over HTTP too: negotiate, poll, event stream, POST and DELETE, and the connection lives on', async () => {
    await using victim = await Victim.start();
    const path = await victim.poll();
    const send = (options: RequestOptions): Promise<Answer> => {
      const headers = { ...options.headers, Origin: 'https://evil.example' };
      return victim.request(path, { ...options, headers });
    };
    const answers = await Promise.all([
      victim.request('/hub/negotiate', { method: 'POST', headers: { Origin: 'https://evil.example' } }),
      send({}),
      send({ headers: { Accept: 'text/event-stream' } }),
      send({ method: 'POST', body: '{"type":7}\u001E' }),
      send({ method: 'DELETE' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(answers.map(({ headers }) => headers['access-control-allow-origin'])).toEqual(answers.map(() => undefined));
    await victim.request(path, {
      method: 'POST',
      body: '{"type":1,"invocationId":"1","target":"ping","arguments":[]}\u001E',
    });
    expect((await victim.request(path)).body).toContain('"result":"pong"');
  });
});
