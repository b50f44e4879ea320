import { randomUUID } from 'node:crypto';

import { expect } from 'vitest';

import { Inbox } from '../inbox.ts';
import type { CaseContext, ConnectOptions, InteropCase } from '../interop-case.ts';
import type { InteropConnection } from '../interop-client.ts';

interface Member {
  readonly connection: InteropConnection;
  readonly messages: Inbox;
}

async function join(context: CaseContext, options: ConnectOptions = {}): Promise<Member> {
  let messages: Inbox | undefined;
  const prepare = (connection: InteropConnection): void => {
    messages = new Inbox(connection, 'Message');
  };
  const connection = await context.connect({ ...options, prepare });
  if (messages === undefined) throw new Error('The connection was not prepared.');
  return { connection, messages };
}

const joinMany = (context: CaseContext, count: number): Promise<Member[]> =>
  Promise.all(Array.from({ length: count }, () => join(context)));

/** Which of the members got `message`: a second message, to each alone, follows it and shows who did not. */
async function receivers(members: readonly Member[], message: string): Promise<boolean[]> {
  const marker = `after ${message}`;
  return Promise.all(
    members.map(async ({ connection, messages }) => {
      await connection.invoke('InvokeWithString', marker);
      const [first] = await messages.nextWhere(([text]) => text === message || text === marker);
      if (first === message) await messages.nextWhere(([text]) => text === marker);
      return first === message;
    }),
  );
}

/** Who receives what: all, others, groups, users, one connection. */
export const groupCases: readonly InteropCase[] = [
  {
    name: 'broadcasts to all, the caller included',
    async run(context) {
      const members = await joinMany(context, 3);
      const message = randomUUID();
      await members[0]?.connection.invoke('Broadcast', message);
      expect(await receivers(members, message)).toEqual([true, true, true]);
    },
  },
  {
    name: 'broadcasts to all but the caller',
    async run(context) {
      const members = await joinMany(context, 3);
      const message = randomUUID();
      await members[1]?.connection.invoke('BroadcastOthers', message);
      expect(await receivers(members, message)).toEqual([true, false, true]);
    },
  },
  {
    name: 'sends to one connection, and to nobody when there is none',
    async run(context) {
      const members = await joinMany(context, 3);
      const message = randomUUID();
      await members[0]?.connection.invoke('SendToConnection', members[2]?.connection.connectionId, message);
      expect(await receivers(members, message)).toEqual([false, false, true]);
      await members[0]?.connection.invoke('SendToConnection', 'nobody', message);
    },
  },
  {
    name: 'sends to the members of a group, joined twice or not, until they leave',
    async run(context) {
      const members = await joinMany(context, 3);
      const group = randomUUID();
      await members[0]?.connection.invoke('JoinGroup', group);
      await members[1]?.connection.invoke('JoinGroup', group);
      await members[1]?.connection.invoke('JoinGroup', group);
      await members[2]?.connection.invoke('SendToGroup', group, `${group} 1`);
      expect(await receivers(members, `${group} 1`)).toEqual([true, true, false]);
      await members[1]?.connection.invoke('LeaveGroup', group);
      await members[2]?.connection.invoke('SendToGroup', group, `${group} 2`);
      expect(await receivers(members, `${group} 2`)).toEqual([true, false, false]);
      await members[0]?.connection.invoke('LeaveGroup', 'a group that was never joined');
    },
  },
  {
    name: 'sends to the others in a group',
    async run(context) {
      const members = await joinMany(context, 3);
      const group = randomUUID();
      for (const { connection } of members) await connection.invoke('JoinGroup', group);
      await members[0]?.connection.invoke('SendToOthersInGroup', group, group);
      expect(await receivers(members, group)).toEqual([false, true, true]);
    },
  },
  {
    name: 'sends to a group except one connection',
    async run(context) {
      const members = await joinMany(context, 3);
      const group = randomUUID();
      for (const { connection } of members) await connection.invoke('JoinGroup', group);
      await members[0]?.connection.invoke('SendToGroupExcept', group, members[1]?.connection.connectionId, group);
      expect(await receivers(members, group)).toEqual([true, false, true]);
    },
  },
  {
    name: 'tells groups apart by the case of their names',
    async run(context) {
      const members = await joinMany(context, 2);
      const group = `Group ${randomUUID()}`;
      await members[0]?.connection.invoke('JoinGroup', group);
      await members[1]?.connection.invoke('JoinGroup', group.toLowerCase());
      await members[0]?.connection.invoke('SendToGroup', group, group);
      expect(await receivers(members, group)).toEqual([true, false]);
    },
  },
  {
    name: 'sends to every connection of a user',
    async run(context) {
      const [ann, bob] = [`ann-${randomUUID()}`, `bob-${randomUUID()}`];
      const connectAs = async (user: string): Promise<Member> => {
        const token = await context.token({ user, seconds: '60' });
        return join(context, { path: '/authorizedhub', accessToken: () => token });
      };
      const members = [await connectAs(ann), await connectAs(bob), await connectAs(ann)];
      await members[1]?.connection.invoke('SendToUser', ann, ann);
      expect(await receivers(members, ann)).toEqual([true, false, true]);
    },
  },
];
