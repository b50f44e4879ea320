import { createServer } from 'node:http';
import faye from 'faye';
import type { StartServer } from '../contender.ts';
import { closeServer, listen } from '../listen.ts';

/** Faye has no calls: clients publish to channels, and the server passes on. */
export const start: StartServer = async () => {
  const http = createServer();
  const adapter = new faye.NodeAdapter({ mount: '/faye', timeout: 45 });
  adapter.attach(http);
  const port = await listen(http);
  return {
    port,
    close: async () => {
      adapter.close();
      await closeServer(http);
    },
  };
};
