import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type TransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

/** Connects to the hub over a bare socket, shakes hands, and never reads again. */
export async function openPausedReader(port: number, transport: TransportName): Promise<Socket> {
  const socket = await open(port);
  if (transport === 'WebSockets') await enterByWebSocket(socket);
  else await enterByHttp(socket, port, transport);
  socket.pause();
  return socket;
}

const handshake = '{"protocol":"json","version":1}\u001E';

async function enterByWebSocket(socket: Socket): Promise<void> {
  socket.write(
    'GET /hub HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await received(socket, '101 ');
  // RFC 6455, section 5.2: a final text frame, masked with zeros.
  socket.write(Buffer.concat([Uint8Array.of(0x81, 0x80 | handshake.length, 0, 0, 0, 0), Buffer.from(handshake)]));
  await received(socket, '{}\u001E');
}

async function enterByHttp(socket: Socket, port: number, transport: TransportName): Promise<void> {
  const negotiated = await fetch(`http://127.0.0.1:${port}/hub/negotiate?negotiateVersion=1`, { method: 'POST' });
  const { connectionToken } = (await negotiated.json()) as { readonly connectionToken: string };
  const path = `/hub?id=${connectionToken}`;
  const accept = transport === 'ServerSentEvents' ? 'text/event-stream' : '*/*';
  const get = `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\n\r\n`;
  socket.write(get);
  await received(socket, '200 OK');
  const posted = fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: handshake });
  if (transport === 'LongPolling') socket.write(get);
  // Its answer may be on its way already: nobody waits for it here.
  await posted;
  // The poll whose answer is not taken.
  if (transport === 'LongPolling') socket.write(get);
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket.on('error', () => {});
}

async function received(socket: Socket, text: string): Promise<void> {
  let all = '';
  while (!all.includes(text)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    all += chunk.toString('latin1');
  }
}
