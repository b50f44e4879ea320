import { create } from 'socketcluster-client';
import type { OwnClient } from '../contender.ts';

export async function connect(port: number): Promise<OwnClient> {
  const socket = create({ hostname: '127.0.0.1', port });
  await socket.listener('connect').once();
  return {
    echo: async (text) => (await socket.invoke('echo', text)) as string,
    close: async () => socket.disconnect(),
  };
}
