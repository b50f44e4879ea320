import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const backlog = 4_096;
// Node.js would close what is idle for five seconds, and rows wait for each other longer. ASP.NET Core has 130 seconds.
const keepAliveTimeoutMs = 130_000;

/** Listens on a free port of the loopback address. */
export async function listen(server: Server): Promise<number> {
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.listen({ port: 0, host: '127.0.0.1', backlog });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
