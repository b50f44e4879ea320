import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { OwnClient } from '../contender.ts';

/** The client of `ws`; what comes back first belongs to what was sent first. */
export async function connect(port: number): Promise<OwnClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`, { perMessageDeflate: false });
  await once(socket, 'open');
  const waiting: ((text: string) => void)[] = [];
  socket.on('message', (data: Buffer) => waiting.shift()?.(data.toString()));
  return {
    echo: (text) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        socket.send(text);
      }),
    close: async () => socket.terminate(),
  };
}
