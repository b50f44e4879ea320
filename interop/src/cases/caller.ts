import { expect } from 'vitest';

import type { InteropCase } from '../interop-case.ts';

/** What a hub knows of its caller. */
export const callerCases: readonly InteropCase[] = [
  {
    name: 'knows the transport',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('GetActiveTransportName')).toBe(context.combination.transport);
    },
  },
  {
    name: 'knows the connection id',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('GetCallerConnectionId')).toBe(connection.connectionId);
    },
  },
  {
    name: 'knows no user without a token',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('GetUserIdentifier')).toBeNull();
    },
  },
  {
    name: 'knows the HTTP method, and that there is no content type',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('GetHttpMethod')).toBe('GET');
      expect(await connection.invoke('GetContentTypeHeader')).toBeNull();
    },
  },
  {
    name: 'knows the headers that the client sets',
    async run(context) {
      const connection = await context.connect({ headers: { 'X-Test-Header': 'a value, and more' } });
      expect(await connection.invoke('GetHeader', 'X-Test-Header')).toBe('a value, and more');
      expect(await connection.invoke('GetHeader', 'x-test-header')).toBe('a value, and more');
      expect(await connection.invoke('GetHeader', 'X-Absent')).toBeNull();
    },
  },
  {
    name: 'knows the cookies of negotiate that are not over',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('GetCookie', 'testCookie')).toBe('testValue');
      expect(await connection.invoke('GetCookie', 'testCookie2')).toBe('testValue2');
      expect(await connection.invoke('GetCookie', 'expiredCookie')).toBeNull();
    },
  },
  {
    name: 'keeps items for one connection, from one call to the next',
    async run(context) {
      const [one, other] = [await context.connect(), await context.connect()];
      await one.invoke('SetItem', 'colour', 'green');
      await other.invoke('SetItem', 'colour', 'blue');
      expect(await one.invoke('GetItem', 'colour')).toBe('green');
      expect(await other.invoke('GetItem', 'colour')).toBe('blue');
      expect(await one.invoke('GetItem', 'absent')).toBeNull();
      expect(await one.invoke('GetItem', '__proto__')).toBeNull();
    },
  },
];
