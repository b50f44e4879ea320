import { randomUUID } from 'node:crypto';

import { expect } from 'vitest';

import { Inbox } from '../inbox.ts';
import type { InteropCase } from '../interop-case.ts';

const count = 500;
const indexes = Array.from({ length: count }, (_, index) => index);

/** Many messages, large messages, many connections. */
export const volumeCases: readonly InteropCase[] = [
  {
    name: 'answers 500 calls at a time, each with its own result',
    async run(context) {
      const connection = await context.connect();
      expect(await Promise.all(indexes.map((index) => connection.invoke('Echo', index)))).toEqual(indexes);
    },
  },
  {
    name: 'takes 500 sends in order and calls back in order',
    async run(context) {
      const connection = await context.connect();
      const messages = new Inbox(connection, 'Message');
      for (const index of indexes) void connection.send('InvokeWithString', String(index));
      const received: unknown[] = [];
      for (let index = 0; index < count; index += 1) received.push(...(await messages.next()));
      expect(received).toEqual(indexes.map(String));
    },
  },
  {
    name: 'serves several connections at a time',
    async run(context) {
      const connections = await Promise.all(Array.from({ length: 5 }, () => context.connect()));
      const sums = connections.flatMap((connection, base) =>
        indexes
          .slice(0, 50)
          .map(async (index) => (await connection.invoke('Add', base * 1000, index)) === base * 1000 + index),
      );
      expect((await Promise.all(sums)).every(Boolean)).toBe(true);
    },
  },
  {
    name: 'lets two clients broadcast at once, each heard in its order',
    async run(context) {
      const connections = await Promise.all([context.connect(), context.connect()]);
      const run = randomUUID();
      const inboxes = connections.map((connection) => new Inbox(connection, 'Message'));
      const texts = (sender: number): string[] => indexes.slice(0, 50).map((index) => `${run} ${sender} ${index}`);
      await Promise.all(
        connections.flatMap((connection, sender) => texts(sender).map((text) => connection.invoke('Broadcast', text))),
      );
      for (const inbox of inboxes) {
        const heard: string[] = [];
        while (heard.length < 100)
          heard.push(String((await inbox.nextWhere(([text]) => String(text).startsWith(run)))[0]));
        for (const sender of [0, 1]) {
          expect(heard.filter((text) => text.startsWith(`${run} ${sender} `))).toEqual(texts(sender));
        }
      }
    },
  },
  {
    name: 'carries a text of 30,000 characters both ways',
    async run(context) {
      const connection = await context.connect();
      const text = 'abcdefghij'.repeat(3000);
      expect(await connection.invoke('Echo', text)).toBe(text);
    },
  },
  {
    name: 'carries a text of many bytes to a character',
    async run(context) {
      const connection = await context.connect();
      const text = '漢字🎈é'.repeat(1500);
      expect(await connection.invoke('Echo', text)).toBe(text);
    },
  },
  {
    name: 'carries 30,000 bytes both ways',
    where: ({ protocol }) => protocol === 'messagepack',
    async run(context) {
      const connection = await context.connect();
      const bytes = Uint8Array.from({ length: 30_000 }, (_, index) => (index * 31) % 256);
      const echoed = await connection.invoke('Echo', bytes);
      expect(echoed instanceof Uint8Array && Buffer.from(echoed).equals(bytes)).toBe(true);
    },
  },
  {
    name: 'carries a value of 30 levels',
    async run(context) {
      const connection = await context.connect();
      const deep = indexes.slice(0, 15).reduce<unknown>((inner) => ({ Inner: [inner] }), 'core');
      expect(await connection.invoke('Echo', deep)).toEqual(deep);
    },
  },
];
