import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { sendRequest, upgradeStatus, within } from '../testing/test-server.ts';
import { ConnectionEndpoint } from './connection-endpoint.ts';
import { ConnectionRouter } from './connection-router.ts';

function routerOf(...paths: string[]) {
  const router = new ConnectionRouter();
  const opened: string[] = [];
  for (const path of paths) {
    const endpoint = new ConnectionEndpoint({}, (connection) => {
      opened.push(path);
      connection.start({ onFrame() {}, onDrain() {}, onClose() {} });
    });
    router.add(path, endpoint);
  }
  return { router, opened };
}

async function serve(...routers: ConnectionRouter[]) {
  const server = createServer((request, response) => {
    if (!routers.some((router) => router.handle(request, response))) response.writeHead(404).end('not ours');
  });
  const detach = routers.map((router) => router.attach(server));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const upgrade = (path: string) => upgradeStatus(new WebSocket(`ws://127.0.0.1:${port}${path}`));
  return {
    server,
    port,
    detach,
    upgrade,
    async [Symbol.asyncDispose]() {
      await within(Promise.all(routers.map((router) => router.close())), 'the routers close');
      await closed(server);
    },
  };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await within(new Promise((resolve) => server.close(resolve)), 'the server closes');
}

describe('ConnectionRouter', () => {
  it('finds endpoints by their whole path, with or without a trailing slash', async () => {
    const { router, opened } = routerOf('/a', '/a/b/', '/');
    await using host = await serve(router);
    const negotiate = async (path: string) =>
      (await sendRequest(host.port, `${path}/negotiate`, { method: 'POST' })).status;
    expect([await negotiate('/a'), await negotiate('/a/b'), await negotiate('')]).toEqual([200, 200, 200]);
    expect([await negotiate('/b'), await negotiate('/ab')]).toEqual([404, 404]);
    expect([await host.upgrade('/a/b'), await host.upgrade('/a?x=1'), await host.upgrade('/')]).toEqual([
      101, 101, 101,
    ]);
    expect(opened).toEqual(['/a/b/', '/a', '/']);
  });

  it('understands requests in absolute form', async () => {
    const { router } = routerOf('/a');
    await using host = await serve(router);
    expect((await sendRequest(host.port, 'http://example.com/a?id=x')).body).toBe('No Connection with that ID');
  });

  it('refuses paths that are taken or have no slash', () => {
    const { router } = routerOf('/a');
    const endpoint = new ConnectionEndpoint({}, () => {});
    expect(() => router.add('/a/', endpoint)).toThrow('taken');
    expect(() => router.add('/a/negotiate', endpoint)).toThrow('taken');
    expect(() => router.add('a', endpoint)).toThrow('slash');
  });

  it('shares a server with other routers and other users of upgrades', async () => {
    const one = routerOf('/one');
    const two = routerOf('/two');
    await using host = await serve(one.router, two.router);
    const foreign = new WebSocketServer({ noServer: true });
    host.server.on('upgrade', (request, socket, head) => {
      if (request.url === '/foreign') foreign.handleUpgrade(request, socket, head, (webSocket) => webSocket.send('hi'));
    });
    expect(await host.upgrade('/one')).toBe(101);
    expect(await host.upgrade('/two')).toBe(101);
    const webSocket = new WebSocket(`ws://127.0.0.1:${host.port}/foreign`);
    const [greeting] = await within(once(webSocket, 'message'), 'the other listener answers');
    expect(String(greeting)).toBe('hi');
    webSocket.terminate();
  });

  it('refuses upgrades that nobody takes, rather than leave the socket open', async () => {
    const { router } = routerOf('/a');
    await using host = await serve(router);
    expect(await host.upgrade('/other')).toBe(404);
    expect(await host.upgrade('/a/negotiate')).toBe(404);
  });

  it('stops listening when detached or closed', async () => {
    const one = routerOf('/one');
    const two = routerOf('/two');
    await using host = await serve(one.router, two.router);
    host.detach[0]?.();
    expect(await host.upgrade('/one')).toBe(404);
    expect(await host.upgrade('/two')).toBe(101);
    await within(two.router.close(), 'the router closes');
    expect(host.server.listenerCount('upgrade')).toBe(0);
  });
});
