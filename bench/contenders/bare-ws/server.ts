import { createServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import type { StartServer } from '../contender.ts';
import { closeServer, listen } from '../listen.ts';

const highWaterBytes = 64 * 1024;

/** The reference: `ws` alone. `/echo` gives back what it gets; `/room` knows the few commands that the scenarios need. */
export const start: StartServer = async () => {
  const http = createServer();
  const options = { noServer: true, perMessageDeflate: false };
  const echo = new WebSocketServer({ ...options, clientTracking: true });
  echo.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const room = new WebSocketServer(options);
  const group = new Set<WebSocket>();
  room.on('connection', (socket) => serveRoom(room, group, socket));
  http.on('upgrade', (request, socket, head) => {
    const target = request.url === '/echo' ? echo : room;
    target.handleUpgrade(request, socket, head, (webSocket) => target.emit('connection', webSocket, request));
  });
  return { port: await listen(http), close: () => closeServer(http) };
};

function serveRoom(room: WebSocketServer, group: Set<WebSocket>, socket: WebSocket): void {
  let uploaded = 0;
  const commands: Readonly<Record<string, (text: string) => void>> = {
    b: (text) => sendToAll(room.clients, text),
    j: () => {
      group.add(socket);
      socket.send('r0 ');
    },
    g: (text) => sendToAll(group, text),
    d: (text) => void download(socket, text),
    u: () => (uploaded += 1),
    // The upload ends.
    z: () => {
      socket.send(`r0 ${uploaded}`);
      uploaded = 0;
    },
  };
  socket.on('error', () => {});
  socket.on('close', () => group.delete(socket));
  socket.on('message', (data: Buffer) => {
    const text = data.toString('latin1');
    commands[text[0]!]?.(text.slice(2));
  });
}

function sendToAll(sockets: Iterable<WebSocket>, text: string): void {
  const message = Buffer.from(`p${text}`);
  for (const socket of sockets) socket.send(message, { binary: false });
}

async function download(socket: WebSocket, request: string): Promise<void> {
  const space = request.indexOf(' ');
  const item = `i0 ${request.slice(space + 1)}`;
  for (let left = Number(request.slice(0, space)); left > 0 && socket.readyState === WebSocket.OPEN; left -= 1) {
    if (socket.bufferedAmount < highWaterBytes) socket.send(item);
    else await new Promise((resolve) => socket.send(item, resolve));
  }
  socket.send('r0 ');
}
