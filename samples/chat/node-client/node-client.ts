import { createInterface } from 'node:readline';
import { chatOnNode } from './chat-on-node.ts';

const [name = 'Node', url = 'http://127.0.0.1:3000/chat'] = process.argv.slice(2);
await chatOnNode({ url, name, lines: createInterface({ input: process.stdin }), print: console.log });
