import type { Scenario, Step } from '../scenario.ts';
import { probe } from './steps.ts';

const stream = (target: string, ...args: readonly unknown[]): Step => ({
  send: [{ type: 4, invocationId: '1', target, arguments: args }],
});

function upload(target: string, streamIds: readonly string[], ...messages: readonly object[]): readonly Step[] {
  return [
    { send: [{ type: 1, invocationId: '1', target, arguments: [], streamIds }] },
    { send: messages },
    { receive: 1 },
  ];
}

/** Streams in both directions. */
export const streamScenarios: readonly Scenario[] = [
  { name: 'stream: three items', steps: [stream('Stream'), { receive: 4 }] },
  { name: 'stream: none', steps: [stream('EmptyStream'), { receive: 1 }] },
  { name: 'stream: fails at the call', steps: [stream('StreamThrowException', 'no stream'), { receive: 1 }] },
  { name: 'stream: fails after two items', steps: [stream('StreamThenThrow', 2, 'halfway'), { receive: 3 }] },
  { name: 'stream: of a plain method', steps: [stream('Echo', 1), { receive: 1 }] },
  { name: 'stream: of an unknown method', steps: [stream('NoSuchStream'), { receive: 1 }] },
  { name: 'stream: with too few arguments', steps: [stream('Count', 1), { receive: 1 }] },
  {
    name: 'stream: cancelled',
    steps: [stream('InfiniteStream'), { send: [{ type: 5, invocationId: '1' }] }, { receive: 2 }],
  },
  { name: 'stream: an id that is in use', steps: [stream('InfiniteStream'), stream('InfiniteStream'), { receive: 1 }] },
  {
    name: 'upload: joined',
    steps: upload(
      'StreamingConcat',
      ['7'],
      { type: 2, invocationId: '7', item: 'ab' },
      { type: 2, invocationId: '7', item: 'cd' },
      { type: 3, invocationId: '7' },
    ),
  },
  {
    name: 'upload: two streams',
    steps: upload(
      'StreamingSum',
      ['7', '8'],
      { type: 2, invocationId: '8', item: 10 },
      { type: 2, invocationId: '7', item: 1 },
      { type: 3, invocationId: '7' },
      { type: 2, invocationId: '8', item: 20 },
      { type: 3, invocationId: '8' },
    ),
  },
  {
    name: 'upload: fails',
    steps: upload(
      'StreamingConcat',
      ['7'],
      { type: 2, invocationId: '7', item: 'ab' },
      { type: 3, invocationId: '7', error: 'disk read error' },
    ),
  },
  {
    name: 'upload: an item of another type',
    steps: [...upload('StreamingConcat', ['7'], { type: 2, invocationId: '7', item: { not: 'text' } }), ...probe],
  },
  { name: 'upload: fewer streams than expected', steps: upload('StreamingSum', ['7'], { type: 3, invocationId: '7' }) },
  {
    name: 'upload: more streams than expected',
    steps: upload('GetActiveTransportName', ['7'], { type: 3, invocationId: '7' }),
  },
  {
    name: 'upload: an item of a stream that does not exist',
    steps: [{ send: [{ type: 2, invocationId: 'none', item: 1 }] }, ...probe],
  },
  {
    name: 'upload: the end of a stream that does not exist',
    steps: [{ send: [{ type: 3, invocationId: 'none' }] }, ...probe],
  },
  {
    name: 'upload: echoed as a stream',
    steps: [
      { send: [{ type: 4, invocationId: '1', target: 'StreamEcho', arguments: [], streamIds: ['7'] }] },
      { send: [{ type: 2, invocationId: '7', item: 'one' }] },
      { receive: 1 },
      { send: [{ type: 3, invocationId: '7' }] },
      { receive: 1 },
    ],
  },
];
