import { fileURLToPath } from 'node:url';
import { Poll } from './poll.ts';
import { startPoll } from './start-poll.ts';

const poll = new Poll({
  question: 'What carries your next connection?',
  answers: ['WebSockets', 'Server-Sent Events', 'Long polling', 'Pigeons'],
  seconds: 300,
});
const clock = setInterval(() => poll.tick(), 1_000);

const server = await startPoll({
  poll,
  host: process.env['HOST'] ?? '127.0.0.1',
  port: Number(process.env['PORT'] ?? 3000),
  page: fileURLToPath(new URL('../web', import.meta.url)),
});
console.log(`the poll is at ${server.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    clearInterval(clock);
    void server.close();
  });
}
