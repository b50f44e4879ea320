import { Client } from 'rpc-websockets';
import type { OwnClient } from '../contender.ts';

export async function connect(port: number): Promise<OwnClient> {
  const client = new Client(`ws://127.0.0.1:${port}/`);
  await new Promise<void>((resolve, reject) => {
    client.once('open', resolve);
    client.once('error', reject);
  });
  return {
    echo: async (text) => (await client.call('echo', [text])) as string,
    close: async () => client.close(),
  };
}
