import { createServer } from 'node:http';
import { createHubServer } from '@hubwire/hub-server';
import type { StartServer } from '../contender.ts';
import { listen } from '../listen.ts';
import { BenchHub } from './bench-hub.ts';

/** One hub on `node:http`. Everything in `options` is handed to `mapHub`. */
export const start: StartServer = async (options) => {
  const hubs = createHubServer({ closeTimeoutMs: 200 });
  hubs.mapHub('/hub', BenchHub, options);
  const server = createServer((request, response) => {
    if (!hubs.handle(request, response)) response.writeHead(404).end();
  });
  hubs.attach(server);
  const port = await listen(server);
  return {
    port,
    close: async () => {
      await hubs.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
