import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { createHubServer, type HubCounters } from '@hubwire/hub-server';
import express from 'express';
import { PlatformHub } from './platform-hub.ts';

export interface PlatformServerOptions {
  /** A folder that is served at `/`. */
  readonly files: string;
  /** Texts that are served beside it, by path; the ending says what they are. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface PlatformServer extends AsyncDisposable {
  readonly url: string;
  counters(): HubCounters;
}

/** The strictest policy that still lets a page have its own scripts: nothing inline, no `eval`, nothing from elsewhere. */
const policy = "default-src 'self'";

/** Serves the hub at `/hub`, and what browsers need to call it, under a strict content security policy. */
export async function startPlatformServer({ files, texts }: PlatformServerOptions): Promise<PlatformServer> {
  const hubs = createHubServer({ protocols: [new JsonHubProtocol(), new MessagePackHubProtocol()] });
  hubs.mapHub('/hub', PlatformHub);

  const app = express();
  app.use(hubs.router());
  app.use((_request, response, next) => {
    response.setHeader('Content-Security-Policy', policy);
    next();
  });
  for (const [path, text] of Object.entries(texts)) {
    app.get(path, (_request, response) => void response.type(path.slice(path.lastIndexOf('.'))).send(text));
  }
  app.use(express.static(files));

  const server = createServer(app);
  hubs.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counters: () => hubs.counters(),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      await hubs.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
