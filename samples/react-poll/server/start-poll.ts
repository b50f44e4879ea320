import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createHubServer } from '@hubwire/hub-server';
import express from 'express';
import { PollHub } from './poll-hub.ts';
import type { Poll } from './poll.ts';

export interface PollServerOptions {
  readonly poll: Poll;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The folder of the built page. */
  readonly page: string;
}

export interface PollServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Asks clients to come back later, and resolves when all of them have left. */
  close(): Promise<void>;
}

export async function startPoll({ poll, host, port, page }: PollServerOptions): Promise<PollServer> {
  // The least that a container can be: it makes the hub of each call.
  const hubs = createHubServer({ container: { get: () => new PollHub(poll) } });
  hubs.mapHub('/poll', PollHub);

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

const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
