import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import * as parser from 'socket.io-msgpack-parser';
import type { StartServer } from '../contender.ts';
import { listen } from '../listen.ts';

type Answer = (value?: string) => void;

/** `parser: 'msgpack'` takes the MessagePack parser; the rest is what Socket.IO does when nothing is said. */
export const start: StartServer = async (options) => {
  const http = createServer();
  const io = new Server(http, { serveClient: false, ...(options['parser'] === 'msgpack' && { parser }) });
  io.on('connection', (socket) => serve(io, socket));
  const port = await listen(http);
  return {
    port,
    close: async () => {
      await io.close();
    },
  };
};

function serve(io: Server, socket: Socket): void {
  socket.on('echo', (text: string, answer: Answer) => answer(text));
  socket.on('broadcast', (text: string) => void io.emit('message', text));
  socket.on('sendToGroup', (text: string) => void io.to('room').emit('message', text));
  socket.on('join', (answer: Answer) => {
    void socket.join('room');
    answer();
  });
}
