import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createHubServer } from '@hubwire/hub-server';
import express from 'express';
import { Container } from 'inversify';
import { ChatHub } from './chat-hub.ts';
import { History } from './history.ts';
import { Presence } from './presence.ts';

export interface ChatServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The folder of the built page. */
  readonly page: string;
}

export interface ChatServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Asks clients to come back later, and resolves when all of them have left. */
  close(): Promise<void>;
}

export async function startChat({ host, port, page }: ChatServerOptions): Promise<ChatServer> {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(History).toSelf();
  container.bind(Presence).toSelf();
  container.bind(ChatHub).toSelf().inTransientScope();

  const hubs = createHubServer({ container });
  hubs.mapHub('/chat', ChatHub);

  const app = express();
  app.use(hubs.router());
  app.use(express.static(page, { setHeaders: (response) => response.setHeader('Content-Security-Policy', policy) }));

  const server = app.listen(port, host);
  hubs.attach(server);
  await once(server, 'listening');

  const { port: actualPort } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    await hubs.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://${host}:${actualPort}`, port: actualPort, close, [Symbol.asyncDispose]: close };
}

/** Nothing but the page's own files runs in the page, whatever people write. */
const policy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
