import { describe, expect, it } from 'vitest';
import type { ServerConnection } from '../server-connection.ts';
import { OpenRequest, TestServer } from '../testing/test-server.ts';

const query = 'room=a%20b&ROOM=c&__proto__=d&Access_Token=secret';
const headers = { Cookie: 'theme=dark; session="a%20b"; session=second; __proto__=polluted' };

/** Opens a connection as each transport does, and shows what the server knows of the request. */
const opened = {
  async WebSockets(host: TestServer): Promise<ServerConnection> {
    host.webSocket(`/hub?${query}`, headers);
    return host.connections.next('the connection opens');
  },
  async ServerSentEvents(host: TestServer): Promise<ServerConnection> {
    const { connectionToken } = await host.negotiate();
    const accept = { Accept: 'text/event-stream' };
    void new OpenRequest(host.port, `/hub?id=${connectionToken}&${query}`, { headers: { ...headers, ...accept } });
    return host.connections.next('the connection opens');
  },
  async LongPolling(host: TestServer): Promise<ServerConnection> {
    const { connectionToken } = await host.negotiate();
    await host.request(`/hub?id=${connectionToken}&${query}`, { headers });
    return host.connections.next('the connection opens');
  },
};

describe.each(Object.entries(opened))('what a connection over %s shows of its request', (transport, open) => {
  it('are its query without secrets and its cookies', async () => {
    await using host = await TestServer.start();
    const connection = await open(host);
    expect(connection.transport).toBe(transport);
    const { request } = connection;
    expect([...request.query]).toEqual([
      ['room', 'a b'],
      ['ROOM', 'c'],
      ['__proto__', 'd'],
    ]);
    expect([...request.cookies]).toEqual([
      ['theme', 'dark'],
      ['session', 'a b'],
      ['__proto__', 'polluted'],
    ]);
    expect(JSON.stringify([request.url, [...request.query]])).not.toContain('secret');
  });
});
