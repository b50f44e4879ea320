import { expect } from 'vitest';

import { Inbox } from '../inbox.ts';
import type { CaseContext, InteropCase } from '../interop-case.ts';
import type { InteropConnection } from '../interop-client.ts';
import { rejection } from '../rejection.ts';
import { within } from '../within.ts';

async function watched(context: CaseContext, target: string): Promise<{ connection: InteropConnection; calls: Inbox }> {
  let calls: Inbox | undefined;
  const connection = await context.connect({ prepare: (created) => void (calls = new Inbox(created, target)) });
  if (calls === undefined) throw new Error('The connection was not prepared.');
  return { connection, calls };
}

/** The beginning and the end of connections. */
export const lifecycleCases: readonly InteropCase[] = [
  {
    name: 'tells the client that it is connected',
    async run(context) {
      const { connection, calls } = await watched(context, 'Connected');
      expect(await calls.next()).toEqual([connection.connectionId]);
    },
  },
  {
    name: 'tells the others that a client left in good order',
    async run(context) {
      const { calls } = await watched(context, 'Disconnected');
      const leaving = await context.connect();
      const id = leaving.connectionId;
      await leaving.stop();
      expect(await calls.nextWhere(([connectionId]) => connectionId === id)).toEqual([id, null]);
    },
  },
  {
    name: 'ends its side of a connection that stops',
    async run(context) {
      const connection = await context.connect();
      await connection.stop();
      expect(await within(connection.closed, 'the connection is closed')).toBeUndefined();
    },
  },
  {
    name: 'gives every connection an id of its own, a restarted one too',
    async run(context) {
      const [one, other] = [await context.connect(), await context.connect()];
      const first = one.connectionId;
      expect(first).not.toBe(other.connectionId);
      await one.stop();
      await one.start();
      expect(one.connectionId).not.toBe(first);
      expect(await one.invoke('GetCallerConnectionId')).toBe(one.connectionId);
    },
  },
  {
    name: 'ends a connection that the hub aborts, and tells the others',
    async run(context) {
      const { calls } = await watched(context, 'Disconnected');
      const connection = await context.connect();
      const id = connection.connectionId;
      await connection.send('AbortSelf');
      await within(connection.closed, 'the aborted connection is closed');
      const [connectionId] = await calls.nextWhere(([left]) => left === id);
      expect(connectionId).toBe(id);
    },
  },
  {
    name: 'ends a connection to a hub that cannot be created, and says why',
    async run(context) {
      const connection = context.create({ path: '/uncreatable' });
      // The end can overtake the start, which then fails with the same error, or with a POST to what is gone already.
      const ended = connection.start().then(
        () => connection.closed,
        (error: Error) => error,
      );
      const error = await within(ended, 'the connection ends');
      const told = /^Server returned an error on close: Connection closed with an error\. InvalidOperationException: /;
      const toldOrGone = new RegExp(`${told.source}|404`);
      const isHalfDuplex = context.combination.transport !== 'WebSockets';
      expect(error?.message).toMatch(isHalfDuplex ? toldOrGone : told);
    },
  },
  {
    name: 'fails the calls that a stopped connection leaves behind',
    async run(context) {
      const connection = await context.connect();
      const failure = rejection(connection.invoke('LongRunning', 60_000));
      await connection.invoke('Echo', 'the long call was sent').catch(() => {});
      await connection.stop();
      expect(await failure).not.toBe('');
    },
  },
  {
    name: 'ends a long call in its time',
    async run(context) {
      const connection = await context.connect();
      expect((await connection.invoke('LongRunning', 20)) ?? 'nothing').toBe('nothing');
    },
  },
  {
    name: 'ends a connection whose message is larger than 32 KiB, and says so',
    async run(context) {
      const connection = await context.connect();
      const failure = rejection(connection.invoke('Echo', 'x'.repeat(40_000)));
      const error = await within(connection.closed, 'the connection is closed');
      expect(error).toBeInstanceOf(Error);
      expect(await failure).not.toBe('');
      const another = await context.connect();
      expect(await another.invoke('Echo', 'others are served')).toBe('others are served');
    },
  },
];
