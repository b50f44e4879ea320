import { expect } from 'vitest';

import type { InteropCase } from '../interop-case.ts';
import type { InteropConnection } from '../interop-client.ts';
import { drain, rejection } from '../rejection.ts';

const concatFails = "An unexpected error occurred invoking 'StreamingConcat' on the server. HubException: ";

/** Gives a client time to send what is left of an upload: each call takes one more round of its send queue. */
async function settle(connection: InteropConnection, messages: number): Promise<void> {
  for (let round = 0; round < messages; round += 1) expect(await connection.invoke('Echo', round)).toBe(round);
}

async function* failAfter(items: readonly unknown[], message: string): AsyncGenerator {
  yield* items;
  throw new Error(message);
}

/** Streams from the client. */
export const uploadCases: readonly InteropCase[] = [
  {
    name: 'joins uploaded items',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('StreamingConcat', context.client.upload(['wo', 'r', 'ld']))).toBe('world');
    },
  },
  {
    name: 'takes an upload without items',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('StreamingConcat', context.client.upload([]))).toBe('');
    },
  },
  {
    name: 'takes many items, more than a server buffers, in order',
    async run(context) {
      const connection = await context.connect();
      const items = Array.from({ length: 100 }, (_, index) => `${index},`);
      expect(await connection.invoke('StreamingConcat', context.client.upload(items))).toBe(items.join(''));
    },
  },
  {
    name: 'takes in pieces what is too large for one message',
    async run(context) {
      const connection = await context.connect();
      const pieces = Array.from({ length: 10 }, (_, index) => String(index).repeat(20_000));
      expect(await connection.invoke('StreamingConcat', context.client.upload(pieces))).toBe(pieces.join(''));
    },
  },
  {
    name: 'keeps two uploaded streams of one call apart',
    async run(context) {
      const connection = await context.connect();
      const { client } = context;
      const sums = connection.invoke('StreamingSum', client.upload([1, 2, 3]), client.upload([10, 20]));
      expect(await sums).toEqual([6, 30]);
    },
  },
  {
    name: 'keeps the uploads of several calls apart',
    async run(context) {
      const connection = await context.connect();
      const words = ['alpha', 'beta', 'gamma'];
      const joined = words.map((word) => connection.invoke('StreamingConcat', context.client.upload(word.split(''))));
      expect(await Promise.all(joined)).toEqual(words);
    },
  },
  {
    name: 'streams back what is uploaded',
    async run(context) {
      const connection = await context.connect();
      const items = ['text', 1, null, { Nested: [true] }];
      expect(await drain(connection.stream('StreamEcho', context.client.upload(items)))).toEqual({ items });
    },
  },
  {
    name: 'tells the method of an upload that fails',
    async run(context) {
      const connection = await context.connect();
      const upload = context.client.upload(failAfter(['a', 'b'], 'disk read error'));
      // Clients differ in the detail after the prefix: the error's message alone, or its name too.
      expect(await rejection(connection.invoke('StreamingConcat', upload))).toMatch(/HubException: .*disk read error$/);
      await settle(connection, 3);
    },
  },
  {
    name: 'refuses a call without the stream that its method expects',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('StreamingConcat'))).toBe(
        `${concatFails}Client sent 0 stream(s), Hub method expects 1.`,
      );
    },
  },
  {
    name: 'refuses a stream that its method does not expect',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('GetCallerConnectionId', context.client.upload(['x'])))).toBe(
        "An unexpected error occurred invoking 'GetCallerConnectionId' on the server. " +
          'HubException: Client sent 1 stream(s), Hub method expects 0.',
      );
      await settle(connection, 2);
    },
  },
  {
    name: 'fails the method when an item is of another type',
    async run(context) {
      const connection = await context.connect();
      const message = await rejection(connection.invoke('StreamingConcat', context.client.upload([{ not: 'text' }])));
      expect(message).toContain("An unexpected error occurred invoking 'StreamingConcat' on the server.");
      await settle(connection, 2);
    },
  },
  {
    name: 'takes an upload by a send',
    async run(context) {
      const connection = await context.connect();
      await connection.send('StreamingConcat', context.client.upload(['nobody', 'reads', 'this']));
      await settle(connection, 4);
    },
  },
];
