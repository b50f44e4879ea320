import { expect } from 'vitest';

import type { CaseContext, InteropCase } from '../interop-case.ts';
import type { InteropConnection } from '../interop-client.ts';
import { rejection } from '../rejection.ts';

const path = '/authorizedhub';

async function connectAs(context: CaseContext, query: Record<string, string>): Promise<InteropConnection> {
  const token = await context.token({ seconds: '60', ...query });
  return context.connect({ path, accessToken: () => token });
}

/** A hub behind a bearer token, and a method behind a role. */
export const authorizationCases: readonly InteropCase[] = [
  {
    name: 'refuses a caller without a token',
    async run(context) {
      expect(await rejection(context.create({ path }).start())).toMatch(/401|Unauthorized/);
    },
  },
  {
    name: 'refuses a forged token',
    async run(context) {
      const [header, , signature] = (await context.token()).split('.');
      const claims = Buffer.from(JSON.stringify({ sub: 'intruder', exp: 4_102_444_800 })).toString('base64url');
      const forged = `${header}.${claims}.${signature}`;
      expect(await rejection(context.create({ path, accessToken: () => forged }).start())).toMatch(/401|Unauthorized/);
    },
  },
  {
    name: 'refuses a token that is over',
    async run(context) {
      const token = await context.token({ seconds: '-1' });
      expect(await rejection(context.create({ path, accessToken: () => token }).start())).toMatch(/401|Unauthorized/);
    },
  },
  {
    name: 'takes a token and knows its user',
    async run(context) {
      const token = await context.token();
      const connection = await context.connect({ path, accessToken: () => token });
      expect(await connection.invoke('GetUserIdentifier')).toBe('testuser');
    },
  },
  {
    name: 'takes a token that comes later',
    async run(context) {
      const accessToken = (): Promise<string> => context.token({ user: 'late' });
      const connection = await context.connect({ path, accessToken });
      expect(await connection.invoke('GetUserIdentifier')).toBe('late');
    },
  },
  {
    name: 'keeps a method from users without the role',
    async run(context) {
      const connection = await connectAs(context, { user: 'plain' });
      expect(await rejection(connection.invoke('Protected'))).toBe(
        "Failed to invoke 'Protected' because user is unauthorized",
      );
    },
  },
  {
    name: 'lets users with the role call the method',
    async run(context) {
      const connection = await connectAs(context, { user: 'chief', role: 'admin' });
      await expect(connection.invoke('Protected')).resolves.not.toThrow();
    },
  },
];
