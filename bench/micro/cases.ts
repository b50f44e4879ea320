import type { HubMessage } from '@hubwire/hub-protocol';

export type Operation = 'write' | 'parse';

/** One message as each side's own classes take it. The two say the same. */
export interface MicroCase {
  readonly name: string;
  readonly hubwire: HubMessage;
  /** A message of `@microsoft/signalr`. */
  readonly official: object;
  /** Of the official message where JSON needs another one than MessagePack. */
  readonly officialJson?: object;
  readonly operations: readonly Operation[];
}

const both: readonly Operation[] = ['write', 'parse'];
const invocationId = '17';
const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

const text = 'The quick brown fox jumps over the lazy dog; '.repeat(46).slice(0, 2048);
const bytes = Uint8Array.from({ length: 2048 }, (_, index) => (index * 31) % 256);
const people = Array.from({ length: 40 }, (_, index) => ({
  id: 1000 + index,
  name: `Person ${index}`,
  email: `person.${index}@example.org`,
  score: index * 1.25,
  isActive: index % 2 === 0,
  tags: ['a', 'b'],
  manager: null,
}));

function invocation(name: string, args: readonly unknown[]): MicroCase {
  const message = { type: 1, invocationId, target: 'SendMessage', arguments: args } as const;
  return { name, hubwire: message, official: message, operations: both };
}

function same(name: string, message: HubMessage, operations = both): MicroCase {
  return { name, hubwire: message, official: message, operations };
}

export const cases: readonly MicroCase[] = [
  invocation('invocation, small', ['ada', 'hello there', 42]),
  invocation('invocation, 2 KiB text', [text]),
  invocation('invocation, 40 objects', [people]),
  {
    ...invocation('invocation, 2 KiB bytes', [bytes]),
    // What an application does that hands bytes to the official client: it knows no bytes in JSON.
    get officialJson() {
      const base64 = Buffer.from(bytes).toString('base64');
      return { type: 1, invocationId, target: 'SendMessage', arguments: [base64] };
    },
  },
  invocation('invocation, 500 integers', [Array.from({ length: 500 }, (_, index) => index * 37)]),
  invocation('invocation, text beyond ASCII', ['Grüße aus Zürich, 你好 😀', 'čeština']),
  same('invocation, one way', { type: 1, target: 'SendMessage', arguments: ['ada', 'hello there'] }),
  same('invocation, headers', { type: 1, headers, invocationId, target: 'SendMessage', arguments: ['ada'] }),
  same('invocation, upload', { type: 1, invocationId, target: 'Upload', arguments: ['a.png'], streamIds: ['18'] }),
  same('stream invocation', { type: 4, invocationId, target: 'Counter', arguments: [10, 500] }),
  same('stream item, number', { type: 2, invocationId, item: 12_345 }),
  same('stream item, object', { type: 2, invocationId, item: people[0] }),
  {
    name: 'completion, void',
    hubwire: { type: 3, invocationId, outcome: { kind: 'void' } },
    official: { type: 3, invocationId },
    operations: both,
  },
  {
    name: 'completion, result',
    hubwire: { type: 3, invocationId, outcome: { kind: 'result', result: 43 } },
    official: { type: 3, invocationId, result: 43 },
    operations: both,
  },
  {
    name: 'completion, error',
    hubwire: { type: 3, invocationId, outcome: { kind: 'error', error: "Unknown hub method 'X'" } },
    official: { type: 3, invocationId, error: "Unknown hub method 'X'" },
    operations: both,
  },
  same('cancellation', { type: 5, invocationId }),
  same('ping', { type: 6 }),
  same('close', { type: 7 }),
  // The official MessagePack class writes no error.
  same('close, error', { type: 7, error: 'Connection closed with an error.', allowReconnect: true }, ['parse']),
  same('ack', { type: 8, sequenceId: 70_000 }),
  same('sequence', { type: 9, sequenceId: 70_000 }),
];
