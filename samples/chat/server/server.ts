import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { startChat } from './start-chat.ts';

const chat = await startChat({
  host: process.env['HOST'] ?? '127.0.0.1',
  port: Number(process.env['PORT'] ?? 3000),
  page: fileURLToPath(new URL('../web', import.meta.url)),
});
console.log(`chat is at ${chat.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void chat.close());
