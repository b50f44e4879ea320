import { expect } from 'vitest';

import { Inbox } from '../inbox.ts';
import type { InteropCase } from '../interop-case.ts';
import { drain } from '../rejection.ts';
import { within } from '../within.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Streams from the server. */
export const streamCases: readonly InteropCase[] = [
  {
    name: 'streams items in order',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('Stream'))).toEqual({ items: ['a', 'b', 'c'] });
    },
  },
  {
    name: 'ends a stream without items',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('EmptyStream'))).toEqual({ items: [] });
    },
  },
  {
    name: 'streams a thousand items in order',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('Count', 1000, 0))).toEqual({ items: numbers(1000) });
    },
  },
  {
    name: 'streams items that come one at a time',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('Count', 5, 10))).toEqual({ items: numbers(5) });
    },
  },
  {
    name: 'keeps several streams and calls apart',
    async run(context) {
      const connection = await context.connect();
      const streams = [10, 20, 30].map((count) => drain(connection.stream('Count', count, 1)));
      expect(await connection.invoke('Echo', 'between')).toBe('between');
      expect(await Promise.all(streams)).toEqual([10, 20, 30].map((count) => ({ items: numbers(count) })));
    },
  },
  {
    name: 'cancels a stream that never yields',
    async run(context) {
      const connection = await context.connect();
      const canceled = new Inbox(connection, 'StreamCanceled');
      const stream = connection.stream('InfiniteStream')[Symbol.asyncIterator]();
      // The first item is never coming; leaving the iteration has to reach the server all the same.
      expect(await connection.invoke('Echo', 'the stream is running')).toBe('the stream is running');
      await within(leave(stream), 'the stream is left');
      expect(await canceled.next()).toEqual([]);
    },
  },
  {
    name: 'lives on after a stream was left halfway',
    async run(context) {
      const connection = await context.connect();
      const seen: unknown[] = [];
      for await (const item of connection.stream('Count', 1_000_000, 1)) {
        seen.push(item);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual([0, 1, 2]);
      expect(await connection.invoke('Echo', 'alive')).toBe('alive');
      expect(await drain(connection.stream('Stream'))).toEqual({ items: ['a', 'b', 'c'] });
    },
  },
  {
    name: 'fails a stream whose method throws at the call',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('StreamThrowException', 'no stream today'))).toEqual({
        items: [],
        error:
          "An unexpected error occurred invoking 'StreamThrowException' on the server. " +
          'InvalidOperationException: no stream today',
      });
    },
  },
  {
    name: 'delivers the items before a failure, then the failure',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('StreamThenThrow', 3, 'halfway'))).toEqual({
        items: [0, 1, 2],
        error: 'An error occurred on the server while streaming results. InvalidOperationException: halfway',
      });
    },
  },
  {
    name: 'fails a stream whose arguments do not bind',
    async run(context) {
      const connection = await context.connect();
      const { items, error } = await drain(connection.stream('Count', 1));
      expect(items).toEqual([]);
      expect(error).toMatch(/^Failed to invoke 'Count' due to an error on the server\./);
    },
  },
];

/** Ends an iteration from outside, which also cancels a pending `next`. */
async function leave(stream: AsyncIterator<unknown>): Promise<void> {
  await stream.return?.();
}
