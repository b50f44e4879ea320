import type { Scenario } from '../scenario.ts';
import { probe } from './steps.ts';

const json = (name: string, text: string): Scenario => ({
  name: `malformed: ${name}`,
  protocol: 'json',
  steps: [{ raw: `${text}\u001e`, as: 'text' }, ...probe],
});

const bytes = (name: string, hex: string): Scenario => ({
  name: `malformed: ${name}`,
  protocol: 'messagepack',
  steps: [{ raw: hex, as: 'hex' }, ...probe],
});

const secondCall = '{"type":1,"invocationId":"2","target":"Echo","arguments":[2]}';
// [1, {}, "2", "Echo", [2], []], and its length
const secondCallBytes = '0d960180a132a44563686f910290';

/** What a peer should not send. A scenario goes on with a call, which is answered where the connection lives on. */
export const malformedScenarios: readonly Scenario[] = [
  json('a message of an unknown type', '{"type":42,"x":1}'),
  json('a message of an unknown type before a call in one frame', `{"type":42}\u001e${secondCall}`),
  json('no JSON', '{"type":1,'),
  json('an empty record', ''),
  json('an array', '[1]'),
  json('no type', '{"target":"Echo"}'),
  json('a type that is text', '{"type":"1"}'),
  json('a call without a target', '{"type":1,"invocationId":"1","arguments":[]}'),
  json('a call without arguments', '{"type":1,"invocationId":"1","target":"Echo"}'),
  json('a call whose arguments are no array', '{"type":1,"invocationId":"1","target":"Echo","arguments":{}}'),
  json('a call whose id is a number', '{"type":1,"invocationId":1,"target":"Echo","arguments":[1]}'),
  json('a call whose target is a number', '{"type":1,"invocationId":"1","target":1,"arguments":[1]}'),
  json('a call whose headers are text', '{"type":1,"headers":"x","invocationId":"1","target":"Echo","arguments":[1]}'),
  json('a stream call without an id', '{"type":4,"target":"Stream","arguments":[]}'),
  json('a stream item without an id', '{"type":2,"item":1}'),
  json('a completion without an id', '{"type":3,"result":1}'),
  json('a completion with a result and an error', '{"type":3,"invocationId":"1","result":1,"error":"x"}'),
  json('a cancellation without an id', '{"type":5}'),
  {
    name: 'malformed: a message larger than 32 KiB',
    protocol: 'json',
    steps: [{ raw: `{"type":1,"target":"Echo","arguments":["${'x'.repeat(40_000)}"]}\u001e`, as: 'text' }, 'closed'],
  },
  {
    name: 'malformed: a message larger than 32 KiB, still without an end',
    protocol: 'json',
    steps: [{ raw: `{"type":1,"target":"Echo","arguments":["${'x'.repeat(40_000)}`, as: 'text' }, 'closed'],
  },
  bytes('a message of an unknown type', '02912a'),
  bytes('a message of an unknown type before a call in one frame', `02912a${secondCallBytes}`),
  bytes('no array', '0101'),
  bytes('an empty message', '00'),
  bytes('an empty array', '0190'),
  bytes('a type that is text', '0391a131'),
  bytes('a call that ends early', '03950180'),
  bytes('a call without a target', '089601 80a131 c0 90 90'.replaceAll(' ', '')),
  bytes('a completion of an unknown kind', '0694 03 80 a131 09'.replaceAll(' ', '')),
  bytes('a length of six bytes', 'ffffffffff01'),
  {
    name: 'malformed: a message larger than 32 KiB',
    protocol: 'messagepack',
    steps: [{ raw: `c0b802${'00'.repeat(40_000)}`, as: 'hex' }, 'closed'],
  },
];
