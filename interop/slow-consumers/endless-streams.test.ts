import { MessageType } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { TickerHost } from './testing/ticker-host.ts';

const endless = {
  type: MessageType.StreamInvocation,
  invocationId: 'endless',
  target: 'endless',
  arguments: [],
} as const;
const pong = { kind: 'result', result: 'pong' };

describe('a stream without end or pause', () => {
  it('goes no faster than it is read', async () => {
    await using host = await TickerHost.start({});
    const [greedy, other] = [await host.quick(), await host.quick()];
    greedy.send(endless);
    await greedy.until(({ type }) => type === MessageType.StreamItem, 'an item comes');
    greedy.socket.pause();
    expect(await other.call('ping')).toEqual(pong);
    expect(host.hub.connectionCount).toBe(2);
  });

  it('does not keep the server from closing the connection, nor from serving others', async () => {
    await using host = await TickerHost.start({});
    const [greedy, other] = [await host.quick(), await host.quick()];
    greedy.send(endless, { type: MessageType.Close });
    await greedy.closedWith('the greedy client is gone');
    expect(await other.call('ping')).toEqual(pong);
    expect(host.hub.connectionCount).toBe(1);
  });
});
