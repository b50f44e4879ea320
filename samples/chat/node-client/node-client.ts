import { createInterface } from 'node:readline';
import { chatOnNode } from './chat-on-node.ts';

const [name = 'Node', url = 'http://127.0.0.1:3000/chat'] = process.argv.slice(2);

// Begins to read when it is asked for the first line: what readline reads before that would be lost.
async function* lines(): AsyncGenerator<string> {
  yield* createInterface({ input: process.stdin });
}

await chatOnNode({ url, name, lines: lines(), print: console.log });
