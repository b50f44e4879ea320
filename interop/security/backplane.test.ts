import { MessageType, type HubMessage } from '@hubwire/hub-protocol';
import { InMemoryBackplane } from '@hubwire/hub-server';
import { describe, expect, it } from 'vitest';
import type { HubSocket } from './testing/hub-socket.ts';
import { Victim } from './testing/victim.ts';

const toldOf = ({ messages }: HubSocket): unknown[] =>
  messages.flatMap((message) => (message.type === MessageType.Invocation ? message.arguments : []));

const isTold = (text: string) => (message: HubMessage) =>
  message.type === MessageType.Invocation && message.arguments[0] === text;

describe('a backplane that applications share', () => {
  it('CVE-2023-35391: hubs of different paths never hear each other, those of one path do', async () => {
    const backplane = new InMemoryBackplane();
    await using first = await Victim.start({ backplane });
    await using second = await Victim.start({ backplane });
    await using other = await Victim.start({ backplane, path: '/other' });
    const [speaker, friend] = [await first.client(), await second.client()];
    const stranger = await other.client({ path: '/other' });
    await speaker.call('broadcast', 'secret');
    await friend.until(isTold('secret'), 'the other process is told');
    await stranger.call('broadcast', 'own');
    await stranger.until(isTold('own'), 'the stranger hears its own hub');
    await speaker.call('broadcast', 'end');
    await friend.until(isTold('end'), 'the other process is told again');
    expect(toldOf(stranger)).toEqual(['own']);
    expect(toldOf(friend)).toEqual(['secret', 'end']);
  });
});
