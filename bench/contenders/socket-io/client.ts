import { io } from 'socket.io-client';
import * as parser from 'socket.io-msgpack-parser';
import type { OwnClient } from '../contender.ts';

export const connectText = (port: number): Promise<OwnClient> => connect(port, {});
export const connectMsgpack = (port: number): Promise<OwnClient> => connect(port, { parser });

async function connect(port: number, options: object): Promise<OwnClient> {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, ...options });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    echo: (text) => new Promise((resolve) => socket.emit('echo', text, resolve)),
    close: async () => {
      socket.disconnect();
    },
  };
}
