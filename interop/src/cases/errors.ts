import { expect } from 'vitest';

import type { InteropCase } from '../interop-case.ts';
import { drain, rejection } from '../rejection.ts';

const notCallable = [
  'NoSuchMethod',
  'secret',
  'Secret',
  '#hidden',
  'hidden',
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'onConnected',
  'onDisconnected',
  'OnConnectedAsync',
  'OnDisconnectedAsync',
  'Dispose',
  'GetHashCode',
  'clients',
  'context',
  'groups',
  'then',
];

interface Call {
  readonly target: string;
  readonly args: readonly unknown[];
}

const badArguments: Readonly<Record<string, Call>> = {
  'too few arguments': { target: 'Add', args: [1] },
  'too many arguments': { target: 'Add', args: [1, 2, 3] },
  'no argument where one is expected': { target: 'Echo', args: [] },
  'an argument where none is expected': { target: 'GetCallerConnectionId', args: ['x'] },
  'an argument of another type': { target: 'Add', args: ['one', 2] },
};

/** SignalR looks parameters up before the method itself, so its binding error comes first; the other text is the dispatcher's. */
function unknownMethod(target: string): RegExp {
  const binding = `Failed to invoke '${target}' due to an error on the server\\. HubException: Method does not exist\\.`;
  return new RegExp(`^(${binding}|Unknown hub method '${target}')$`);
}

function hides(target: string): InteropCase {
  return {
    name: `does not expose ${target}`,
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke(target))).toMatch(unknownMethod(target));
      expect(await connection.invoke('Echo', 'still here')).toBe('still here');
    },
  };
}

function refuses(kind: string, { target, args }: Call): InteropCase {
  return {
    name: `refuses ${kind}`,
    async run(context) {
      const connection = await context.connect();
      const message = await rejection(connection.invoke(target, ...args));
      expect(message).toMatch(new RegExp(`^Failed to invoke '${target}' due to an error on the server\\.`));
      expect(await connection.invoke('Add', 1, 2)).toBe(3);
    },
  };
}

/** Texts that clients show and compare, and the isolation of one failed call from the next. */
export const errorCases: readonly InteropCase[] = [
  ...notCallable.map(hides),
  {
    name: 'refuses to stream an unknown method',
    async run(context) {
      const connection = await context.connect();
      const { items, error } = await drain(connection.stream('NoSuchStream'));
      expect(items).toEqual([]);
      expect(error).toMatch(unknownMethod('NoSuchStream'));
    },
  },
  {
    name: 'tells what a method threw',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('ThrowException', 'out of tea'))).toBe(
        "An unexpected error occurred invoking 'ThrowException' on the server. InvalidOperationException: out of tea",
      );
    },
  },
  {
    name: 'tells the text of a HubException',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('ThrowHubException', 'seat taken: 12ä'))).toBe(
        "An unexpected error occurred invoking 'ThrowHubException' on the server. HubException: seat taken: 12ä",
      );
    },
  },
  {
    name: 'names the method in an error as the hub does, whatever the caller wrote',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('throwHUBexception', 'x'))).toBe(
        "An unexpected error occurred invoking 'ThrowHubException' on the server. HubException: x",
      );
    },
  },
  ...Object.entries(badArguments).map(([kind, call]) => refuses(kind, call)),
  {
    name: 'refuses to invoke a streaming method',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('Stream'))).toBe(
        "The client attempted to invoke the streaming 'Stream' method with a non-streaming invocation.",
      );
    },
  },
  {
    name: 'refuses to stream a plain method',
    async run(context) {
      const connection = await context.connect();
      expect(await drain(connection.stream('Echo', 1))).toEqual({
        items: [],
        error: "The client attempted to invoke the non-streaming 'Echo' method with a streaming invocation.",
      });
    },
  },
  {
    name: 'refuses a method that the caller may not call',
    async run(context) {
      const connection = await context.connect();
      expect(await rejection(connection.invoke('Protected'))).toBe(
        "Failed to invoke 'Protected' because user is unauthorized",
      );
    },
  },
  {
    name: 'refuses an argument that its schema does not allow',
    async run(context) {
      const connection = await context.connect();
      const refused = [0, 11, 2.5, 'five', null].map((n) => rejection(connection.invoke('Validated', n)));
      for (const message of await Promise.all(refused)) expect(message).toContain("'Validated'");
      expect(await connection.invoke('Validated', 5)).toBe(5);
    },
  },
  {
    name: 'answers nothing to a send, whatever happens to it',
    async run(context) {
      const connection = await context.connect();
      await connection.send('ThrowException', 'nobody hears this');
      await connection.send('NoSuchMethod');
      await connection.send('Add', 'too few');
      await connection.send('Protected');
      expect(await connection.invoke('Echo', 'still here')).toBe('still here');
    },
  },
];
