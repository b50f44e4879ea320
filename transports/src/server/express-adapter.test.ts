import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RecordingReceiver, sendRequest, upgradeStatus, within } from '../testing/test-server.ts';
import { ConnectionEndpoint } from './connection-endpoint.ts';
import { ConnectionRouter } from './connection-router.ts';
import { expressRouter } from './express-adapter.ts';

const headers = { 'Content-Type': 'text/plain;charset=UTF-8' };

async function serve(path: string, mount: (app: Express, router: ConnectionRouter) => void) {
  const receiver = new RecordingReceiver();
  const router = new ConnectionRouter();
  const endpoint = new ConnectionEndpoint({ maximumFrameBytes: 100 }, (connection) => connection.start(receiver));
  router.add(path, endpoint);
  const app = express();
  mount(app, router);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  router.attach(server);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    router,
    receiver,
    upgrade: (at: string) => upgradeStatus(new WebSocket(`ws://127.0.0.1:${port}${at}`)),
    async negotiate(at: string): Promise<string> {
      const { status, body } = await sendRequest(port, `${at}/negotiate?negotiateVersion=1`, { method: 'POST' });
      if (status !== 200) throw new Error(`negotiate answered ${status}`);
      return (JSON.parse(body) as { connectionToken: string }).connectionToken;
    },
    async [Symbol.asyncDispose]() {
      await within(router.close(), 'the router closes');
      server.closeAllConnections();
      await within(new Promise((resolve) => server.close(resolve)), 'the server closes');
    },
  };
}

describe('expressRouter', () => {
  it('serves at the root and passes other requests on', async () => {
    await using host = await serve('/chat', (app, router) => {
      app.use(expressRouter(router));
      app.get('/other', (_, response) => void response.send('mine'));
    });
    const token = await host.negotiate('/chat');
    expect(await host.upgrade(`/chat?id=${token}`)).toBe(101);
    expect((await sendRequest(host.port, '/other')).body).toBe('mine');
    expect((await sendRequest(host.port, '/chat/other')).status).toBe(404);
  });

  it('serves below a mount path, upgrades included', async () => {
    await using host = await serve('/chat', (app, router) =>
      app.use('/real', express.Router().use('/time', expressRouter(router))),
    );
    expect(await host.upgrade('/real/time/chat')).toBe(404);
    const token = await host.negotiate('/real/time/chat');
    expect(await host.upgrade(`/real/time/chat?id=${token}`)).toBe(101);
    expect((await sendRequest(host.port, '/chat/negotiate', { method: 'POST' })).status).toBe(404);
  });

  it('opens bare sockets below a mount path that it was told of', async () => {
    await using host = await serve('/chat', (app, router) => app.use('/real', expressRouter(router)));
    host.router.mount('/real/');
    expect(await host.upgrade('/real/chat')).toBe(101);
  });

  it('finds endpoints by their full path below a mount path', async () => {
    await using host = await serve('/real/chat', (app, router) => app.use('/real', expressRouter(router)));
    const token = await host.negotiate('/real/chat');
    expect(await host.upgrade(`/real/chat?id=${token}`)).toBe(101);
  });

  it.each([
    ['express.text', express.text({ type: '*/*' })],
    ['express.raw', express.raw({ type: '*/*' })],
  ])('takes bodies that %s has read', async (_, parser) => {
    const parsed: boolean[] = [];
    await using host = await serve('/chat', (app, router) => {
      app.use(parser, (request, _response, next) => {
        if (request.method === 'POST' && request.url.startsWith('/chat?')) parsed.push(request.readableEnded);
        next();
      });
      app.use(expressRouter(router));
    });
    const path = `/chat?id=${await host.negotiate('/chat')}`;
    await sendRequest(host.port, path);
    const post = (body: string) => sendRequest(host.port, path, { method: 'POST', headers, body });
    expect((await post('grüße')).status).toBe(200);
    expect(await host.receiver.frames.next('the frame')).toBe('grüße');
    expect((await post('x'.repeat(101))).status).toBe(413);
    expect(parsed).toEqual([true, true]);
  });

  it('reads bodies itself that a parser has left alone', async () => {
    await using host = await serve('/chat', (app, router) => app.use(express.json(), expressRouter(router)));
    const path = `/chat?id=${await host.negotiate('/chat')}`;
    await sendRequest(host.port, path);
    expect((await sendRequest(host.port, path, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    expect(await host.receiver.frames.next('the frame')).toBe('{}');
  });

  it('names the cause when a parser has made something else of the body', async () => {
    await using host = await serve('/chat', (app, router) =>
      app.use(express.json({ type: '*/*' }), expressRouter(router)),
    );
    const path = `/chat?id=${await host.negotiate('/chat')}`;
    await sendRequest(host.port, path);
    const { status, body } = await sendRequest(host.port, path, { method: 'POST', headers, body: '{"a":1}' });
    expect(status).toBe(400);
    expect(body).toContain('before body parsers');
  });
});
