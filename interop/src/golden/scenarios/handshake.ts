import type { Scenario } from '../scenario.ts';
import { probe } from './steps.ts';

const refused = (name: string, record: object | string): Scenario => ({
  name: `handshake: ${name}`,
  noHandshake: true,
  steps: [{ record }, 'closed'],
});

/** The first exchange on a connection, and its end. */
export const handshakeScenarios: readonly Scenario[] = [
  { name: 'handshake: accepted', steps: [] },
  {
    name: 'handshake: accepted in version 2, without stateful reconnect',
    protocol: 'json',
    noHandshake: true,
    steps: [{ record: { protocol: 'json', version: 2 } }, { receive: 2 }, ...probe],
  },
  {
    name: 'handshake: accepted with members that nobody knows',
    protocol: 'json',
    noHandshake: true,
    steps: [{ record: { protocol: 'json', version: 1, extra: { nested: [1] } } }, { receive: 2 }],
  },
  {
    name: 'handshake: accepted whatever the case of the name',
    protocol: 'json',
    noHandshake: true,
    steps: [{ record: { protocol: 'JSON', version: 1 } }, { receive: 2 }],
  },
  {
    name: 'handshake: together with the first call in one frame',
    protocol: 'json',
    noHandshake: true,
    steps: [
      {
        raw: '{"protocol":"json","version":1}\u001e{"type":1,"invocationId":"1","target":"Echo","arguments":["early"]}\u001e',
        as: 'text',
      },
      { receive: 3 },
    ],
  },
  {
    name: 'handshake: in two pieces',
    protocol: 'json',
    noHandshake: true,
    steps: [{ raw: '{"protocol":"js', as: 'text' }, { raw: 'on","version":1}\u001e', as: 'text' }, { receive: 2 }],
  },
  {
    name: 'handshake: in a binary frame for the text protocol',
    protocol: 'json',
    noHandshake: true,
    steps: [{ raw: Buffer.from('{"protocol":"json","version":1}\u001e').toString('hex'), as: 'hex' }, { receive: 2 }],
  },
  refused('of an unknown protocol', { protocol: 'carrier-pigeon', version: 1 }),
  { ...refused('of a later version', { protocol: 'json', version: 3 }), protocol: 'json' },
  { ...refused('of a later version', { protocol: 'messagepack', version: 3 }), protocol: 'messagepack' },
  refused('without a protocol', { version: 1 }),
  refused('without a version', { protocol: 'json' }),
  refused('of a version that is text', { protocol: 'json', version: 'one' }),
  refused('that is no object', '[1]'),
  refused('that is no JSON', 'hello?'),
  refused('that is empty', ''),
  { ...refused('that is a hub message', { type: 6 }), protocol: 'json' },
  {
    name: 'handshake: larger than a message may be',
    noHandshake: true,
    steps: [{ raw: 'x'.repeat(40_000), as: 'text' }, 'closed'],
  },
  { name: 'handshake: never sent', noHandshake: true, slow: true, steps: ['closed'] },
  { name: 'keep-alive: a ping of the server', slow: true, steps: [{ receive: 1 }] },
  { name: 'end: the client closes', steps: [{ send: [{ type: 7 }] }, 'closed'] },
  {
    name: 'end: the client closes with an error',
    protocol: 'json',
    steps: [{ send: [{ type: 7, error: 'I have had enough' }] }, 'closed'],
  },
  {
    name: 'end: the hub aborts the connection',
    steps: [{ send: [{ type: 1, target: 'AbortSelf', arguments: [] }] }, 'closed'],
  },
  { name: 'end: the hub cannot be created', path: '/uncreatable', steps: ['closed'] },
];
