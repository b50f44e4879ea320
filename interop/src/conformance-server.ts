import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubServer } from '@hubwire/hub-server';
import { bearerToken, ConnectionRouter, HttpRejection, type WebSocketEngine } from '@hubwire/transports/server';
import express, { type Express } from 'express';
import { issueToken, readToken, type TokenUser } from './conformance-server/bearer-tokens.ts';
import { echoEndpoint } from './conformance-server/echo-endpoint.ts';
import { negotiateCookies } from './conformance-server/negotiate-cookies.ts';
import { UncreatableHub } from './conformance-server/other-hubs.ts';
import { TestHub } from './conformance-server/test-hub.ts';

export interface ConformanceServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** @default 'ws' */
  readonly webSocketEngine?: WebSocketEngine;
}

export interface ConformanceServer {
  readonly url: string;
  /** Connections to `/testhub`. */
  readonly connectionCount: number;
  close(): Promise<void>;
}

const anyOrigin = {
  allowedOrigins: '*',
  cors: { allowedHeaders: ['x-test'], credentials: true },
  negotiate: negotiateCookies,
} as const;

/** Starts the server that any client of the protocol can be pointed at, with the names and texts of the contract. */
export async function startConformanceServer(options: ConformanceServerOptions): Promise<ConformanceServer> {
  const { host, port, webSocketEngine = 'ws' } = options;
  const hubs = createHubServer({
    enableDetailedErrors: true,
    maximumParallelInvocations: 10,
    webSocketEngine,
    ...anyOrigin,
  });
  const testHub = hubs.mapHub('/testhub', TestHub);
  hubs.mapHub('/testhub-nowebsockets', TestHub, { transports: ['ServerSentEvents', 'LongPolling'] });
  hubs.mapHub('/testhub-websockets', TestHub, { transports: ['WebSockets'] });
  hubs.mapHub('/testhub-sse', TestHub, { transports: ['ServerSentEvents'] });
  hubs.mapHub('/testhub-longpolling', TestHub, { transports: ['LongPolling'] });
  hubs.mapHub('/authorizedhub', TestHub, { authenticate: userOfToken });
  hubs.mapHub('/uncreatable', UncreatableHub);
  hubs.mapHub('/jsonrpc', TestHub, { jsonRpc: true });

  const raw = new ConnectionRouter();
  raw.add('/echo', echoEndpoint(anyOrigin));

  const app = express();
  app.use(hubs.router());
  app.use((request, response, next) => {
    if (!raw.handle(request, response)) next();
  });
  addHelpers(app);

  const server = createServer(app);
  hubs.attach(server);
  raw.attach(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    get connectionCount() {
      return testHub.connectionCount;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([hubs.close(), raw.close()]);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function userOfToken(request: Parameters<typeof bearerToken>[0]): Promise<TokenUser> {
  const token = bearerToken(request);
  if (token === undefined) throw new HttpRejection(401, 'A bearer token is needed.');
  return readToken(token);
}

function addHelpers(app: Express): void {
  let redirects = 0;
  // oxlint-disable-next-line no-async-endpoint-handlers -- express 5 takes care of rejections
  app.get('/generateJwtToken', async (request, response) => {
    const query = queryOf(request);
    const role = query.get('role');
    const user = { id: query.get('user') ?? 'testuser', ...(role !== null && { role }) };
    response.type('text/plain').send(await issueToken(user, Number(query.get('seconds') ?? 5)));
  });
  app.post('/redirect/negotiate', (request, response) => {
    redirects += 1;
    response.json({ url: `${queryOf(request).get('baseUrl')}/testhub?numRedirects=${redirects}` });
  });
  app.post('/bad-negotiate/negotiate', (_request, response) => {
    response.status(400).type('text/plain').send('This endpoint refuses to negotiate.');
  });
}

function queryOf({ url }: { readonly url: string }): URLSearchParams {
  return new URL(url, 'http://localhost').searchParams;
}
