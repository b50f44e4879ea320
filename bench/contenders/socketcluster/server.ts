import { createServer } from 'node:http';
import { attach, type ClusterServer, type Request, type ServerSocket } from 'socketcluster-server';
import type { StartServer } from '../contender.ts';
import { closeServer, listen } from '../listen.ts';

/** Procedures for calls; what is pushed goes over channels, and a group is a channel of its own. */
export const start: StartServer = async () => {
  const http = createServer();
  const server = attach(http);
  void acceptAll(server);
  const port = await listen(http);
  if (!server.isReady) await server.listener('ready').once();
  return {
    port,
    close: async () => {
      await server.close();
      await closeServer(http);
    },
  };
};

async function acceptAll(server: ClusterServer): Promise<void> {
  for await (const { socket } of server.listener('connection')) {
    void serve(socket, 'echo', (request) => request.end(request.data));
    void serve(socket, 'broadcast', (request) => publish(server, 'message', request));
    void serve(socket, 'sendToGroup', (request) => publish(server, 'room', request));
  }
}

function publish(server: ClusterServer, channel: string, request: Request): void {
  void server.exchange.transmitPublish(channel, request.data);
  request.end();
}

async function serve(socket: ServerSocket, name: string, answer: (request: Request) => void): Promise<void> {
  for await (const request of socket.procedure(name)) answer(request);
}
