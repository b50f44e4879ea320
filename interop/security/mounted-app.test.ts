import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer, type HubServer } from '@hubwire/hub-server';
import express, { type Express } from 'express';
import { describe, expect, it } from 'vitest';
import { cpuTime } from './testing/cpu-time.ts';
import { RawSocket, upgradeRequest } from './testing/raw-socket.ts';
import { TargetHub } from './testing/target-hub.ts';

interface Mounted extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** The hub in an express application, mounted as `mount` says. */
async function serve(mount: (app: Express, hubs: HubServer) => void): Promise<Mounted> {
  const hubs = createHubServer({ maximumFrameBytes: 1_000 });
  hubs.mapHub('/hub', TargetHub);
  const app = express();
  mount(app, hubs);
  const server = createServer(app);
  hubs.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      await hubs.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function openPolling(url: string): Promise<string> {
  const negotiated = await fetch(`${url}/hub/negotiate?negotiateVersion=1`, { method: 'POST' });
  const { connectionToken } = (await negotiated.json()) as { readonly connectionToken: string };
  const hub = `${url}/hub?id=${connectionToken}`;
  await fetch(hub);
  return hub;
}

async function answerToUpgrade(port: number, path: string): Promise<string> {
  const socket = await RawSocket.open(port);
  const answer = await socket.ask(upgradeRequest(path), `the upgrade to ${path} is answered`);
  socket.cut();
  return answer;
}

describe('advisories of what express brings along', () => {
  it('CVE-2025-15284: queries are not made into objects and arrays, whatever the application set', async () => {
    await using mounted = await serve((app, hubs) => app.set('query parser', 'extended').use(hubs.router()));
    const hub = await openPolling(mounted.url);
    const [path, token] = hub.split('?id=');
    const statusOf = async (query: string): Promise<number> =>
      (await fetch(`${path}?${query}`, { method: 'POST', body: 'x' })).status;
    expect(await statusOf(`id[]=${token}`)).toBe(400);
    expect(await statusOf(`id[0]=${token}`)).toBe(400);
    expect(await statusOf(`id[toString]=${token}`)).toBe(400);
    expect(await statusOf(`${'id[]=x&'.repeat(1_000)}id=${token}`)).toBe(200);
    await fetch(hub, { method: 'DELETE' });
  });

  it('CVE-2026-12590: bodies have the limit of the hub, not that of a parser', async () => {
    const big = 'x'.repeat(1_001);
    await using plain = await serve((app, hubs) => app.use(hubs.router()).use(express.text()));
    const hub = await openPolling(plain.url);
    expect((await fetch(hub, { method: 'POST', body: big })).status).toBe(413);
    await fetch(hub, { method: 'DELETE' });
    await using parsed = await serve((app, hubs) => app.use(express.text({ limit: Infinity })).use(hubs.router()));
    const behind = await openPolling(parsed.url);
    expect((await fetch(behind, { method: 'POST', body: big })).status).toBe(413);
    await fetch(behind, { method: 'DELETE' });
  });

  it('GHSA-j3q9-mxjg-w52f: paths are compared, not matched against patterns', async () => {
    await using mounted = await serve((app, hubs) => app.use(hubs.router()));
    const cost = await cpuTime(async () => {
      const socket = await RawSocket.open(mounted.port);
      await socket.write(`GET /hub${'/a-'.repeat(5_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await socket.until(/^HTTP\/1\.1 404 /u, 'the request is answered');
      await socket.closed('the socket closes');
    });
    // A millisecond or two; a pattern that goes back at every slash takes seconds.
    expect(cost).toBeLessThan(500);
    for (const path of ['/HUB', '/hub%2Fnegotiate', '//hub', '/hub;x', '/hub/negotiate/x']) {
      const { status } = await fetch(mounted.url + path, { method: 'POST' });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('keeps mount paths that it learns from requests bounded', async () => {
    await using mounted = await serve((app, hubs) => {
      const tenants = express.Router({ mergeParams: true });
      tenants.use(hubs.router());
      app.use('/:tenant', tenants);
    });
    for (let tenant = 0; tenant < 100; tenant++) {
      expect((await fetch(`${mounted.url}/t${tenant}/hub/negotiate`, { method: 'POST' })).status).toBe(200);
    }
    // An upgrade finds a hub below the mount paths that were learned, which shows how many those are.
    expect(await answerToUpgrade(mounted.port, '/t0/hub')).toContain(' 101 ');
    expect(await answerToUpgrade(mounted.port, '/t99/hub')).toContain(' 404 ');
  });
});
