import { expect } from 'vitest';

import { Inbox } from '../inbox.ts';
import type { InteropCase } from '../interop-case.ts';

function finds(target: string): InteropCase {
  return {
    name: `finds the method of the client when it is registered as ${target}`,
    async run(context) {
      const connection = await context.connect();
      const messages = new Inbox(connection, target);
      await connection.invoke('InvokeWithString', 'any case');
      expect(await messages.next()).toEqual(['any case']);
    },
  };
}

/** Calls that the server makes of its client. */
export const clientMethodCases: readonly InteropCase[] = [
  {
    name: 'calls a method of the client',
    async run(context) {
      const connection = await context.connect();
      const messages = new Inbox(connection, 'Message');
      await connection.invoke('InvokeWithString', 'hello');
      expect(await messages.next()).toEqual(['hello']);
    },
  },
  ...['message', 'MESSAGE', 'mEsSaGe'].map(finds),
  {
    name: 'calls every method registered under one name',
    async run(context) {
      const connection = await context.connect();
      const [first, second] = [new Inbox(connection, 'Message'), new Inbox(connection, 'Message')];
      await connection.invoke('InvokeWithString', 'both');
      expect(await first.next()).toEqual(['both']);
      expect(await second.next()).toEqual(['both']);
    },
  },
  {
    name: 'does not call a method that was taken off',
    async run(context) {
      const connection = await context.connect();
      const before = new Inbox(connection, 'Message');
      await connection.invoke('InvokeWithString', 'one');
      expect(await before.next()).toEqual(['one']);
      connection.off('Message');
      const after = new Inbox(connection, 'Message');
      await connection.invoke('InvokeWithString', 'two');
      expect(await after.next()).toEqual(['two']);
      connection.off('Message');
      connection.on('Message', () => {});
      await expect(Promise.race([before.next(), connection.invoke('Echo', 'nothing came')])).resolves.toBe(
        'nothing came',
      );
    },
  },
  {
    name: 'passes an object',
    async run(context) {
      const connection = await context.connect();
      const objects = new Inbox(connection, 'CustomObject');
      await connection.invoke('SendCustomObject', { Name: 'test', Value: 42 });
      expect(await objects.next()).toEqual([{ Name: 'test', Value: 42 }]);
    },
  },
  {
    name: 'reaches the client by a send too',
    async run(context) {
      const connection = await context.connect();
      const messages = new Inbox(connection, 'Message');
      await connection.send('InvokeWithString', 'sent');
      expect(await messages.next()).toEqual(['sent']);
    },
  },
  {
    name: 'lives on when the client has no such method, and when the method throws',
    async run(context) {
      const connection = await context.connect();
      await connection.invoke('SendCustomObject', { Name: 'nobody listens', Value: 0 });
      connection.on('Message', () => {
        throw new Error('thrown by the client method');
      });
      await connection.invoke('InvokeWithString', 'throw');
      expect(await connection.invoke('Echo', 'alive')).toBe('alive');
    },
  },
];
