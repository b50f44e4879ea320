import type { Scenario } from '../scenario.ts';
import { call, probe } from './steps.ts';

/** Plain calls in both directions. */
export const callScenarios: readonly Scenario[] = [
  { name: 'call: a result', steps: call('Echo', 'hello') },
  { name: 'call: a result of null', steps: call('Echo', null) },
  { name: 'call: a result of a number', steps: call('Add', 2, 3) },
  { name: 'call: a result of text that JSON may escape', steps: call('Echo', '<é & "漢字" \' + \u001e 🎈>') },
  { name: 'call: a result of an object', steps: call('Echo', { Name: 'x', nested: [1, null, true] }) },
  { name: 'call: a result of many types', steps: call('SendComplexObject') },
  {
    name: 'call: no result',
    steps: [{ send: [{ type: 1, invocationId: '1', target: 'SetItem', arguments: ['k', 1] }] }, { receive: 1 }],
  },
  { name: 'call: a method in another case', steps: call('eCHO', 1) },
  {
    name: 'call: with headers',
    protocol: 'json',
    steps: [
      { send: [{ type: 1, headers: { a: 'b' }, invocationId: '1', target: 'Echo', arguments: [1] }] },
      { receive: 1 },
    ],
  },
  { name: 'call: of an unknown method', steps: call('NoSuchMethod', 1) },
  { name: 'call: of a method that is not exposed', steps: call('Secret') },
  { name: 'call: that throws', steps: call('ThrowException', 'out of tea') },
  { name: 'call: that throws, in another case', steps: call('throwexception', 'out of tea') },
  { name: 'call: that throws a HubException', steps: call('ThrowHubException', 'seat taken') },
  { name: 'call: that is not allowed', steps: call('Protected') },
  { name: 'call: with too few arguments', steps: call('Add', 1) },
  { name: 'call: with too many arguments', steps: call('Add', 1, 2, 3) },
  { name: 'call: with an argument of another type', steps: call('Add', 'one', 2) },
  { name: 'call: of a streaming method', steps: call('Stream') },
  { name: 'call: whose argument is refused', steps: call('Validated', 11) },
  {
    name: 'call: that calls the client first',
    steps: [
      { send: [{ type: 1, invocationId: '1', target: 'InvokeWithString', arguments: ['hello'] }] },
      { receive: 2 },
    ],
  },
  {
    name: 'call: without an id, of a method that throws',
    steps: [{ send: [{ type: 1, target: 'ThrowException', arguments: ['x'] }] }, ...probe],
  },
  {
    name: 'call: without an id, of an unknown method',
    steps: [{ send: [{ type: 1, target: 'NoSuchMethod', arguments: [] }] }, ...probe],
  },
  { name: 'call: cancelled when it is unknown', steps: [{ send: [{ type: 5, invocationId: 'none' }] }, ...probe] },
  {
    name: 'call: cancelled while it runs',
    steps: [
      { send: [{ type: 1, invocationId: '1', target: 'LongRunning', arguments: [200] }] },
      { send: [{ type: 5, invocationId: '1' }] },
      { receive: 1 },
    ],
  },
  { name: 'call: a ping of the client', steps: [{ send: [{ type: 6 }] }, ...probe] },
  {
    name: 'call: two in one frame',
    steps: [
      { send: [1, 2].map((n) => ({ type: 1, invocationId: String(n), target: 'Echo', arguments: [n] })) },
      { receive: 2 },
    ],
  },
  {
    name: 'call: in two frames',
    protocol: 'json',
    steps: [
      { raw: '{"type":1,"invocationId":"1","target":"Ec', as: 'text' },
      { raw: 'ho","arguments":["in two"]}\u001e', as: 'text' },
      { receive: 1 },
    ],
  },
  {
    name: 'call: members in another order, and one more',
    protocol: 'json',
    steps: [
      {
        raw: '{"arguments":["any order"],"more":{"x":[]},"target":"Echo","invocationId":"1","type":1}\u001e',
        as: 'text',
      },
      { receive: 1 },
    ],
  },
  ask('a result', { result: 'forty-two' }),
  ask('an error', { error: 'I would rather not say' }),
  ask('nothing', 'void'),
  ask('a result of another type', { result: { not: 'text' } }),
  {
    name: 'client result: an answer that nobody asked for',
    steps: [{ send: [{ type: 3, invocationId: 'none', result: 1 }] }, ...probe],
  },
  { name: 'client result: of a connection that does not exist', steps: call('AskConnection', 'nobody', 'hello?') },
];

function ask(kind: string, answer: { result: unknown } | { error: string } | 'void'): Scenario {
  const question = { type: 1, invocationId: '1', target: 'AskCaller', arguments: ['how many?'] };
  return {
    name: `client result: the client answers ${kind}`,
    steps: [{ send: [question] }, { receive: 1 }, { answer }, { receive: 1 }],
  };
}
