import type { AddressInfo } from 'node:net';
import { Server } from 'rpc-websockets';
import type { StartServer } from '../contender.ts';

/** Events are what rpc-websockets pushes; a client subscribes with `rpc.on`, and a group is an event of its own. */
export const start: StartServer = async () => {
  const server = new Server({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  server.event('message');
  server.event('room');
  server.register('echo', (params) => (params as string[])[0]);
  server.register('broadcast', (params) => server.emit('message', (params as string[])[0]));
  server.register('sendToGroup', (params) => server.emit('room', (params as string[])[0]));
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return {
    port: (server.wss.address() as AddressInfo).port,
    close: async () => {
      await server.close();
    },
  };
};
