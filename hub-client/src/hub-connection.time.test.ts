import { describe, expect, it } from 'vitest';
import { rejectionOf } from './testing/rejection-of.ts';
import { open } from './testing/open.ts';

const ping = { type: 6 } as const;

describe('keep-alive', () => {
  it('pings once right after the handshake, as @microsoft/signalr does', async () => {
    const { clock, peer } = await open().connected();
    expect(await peer.greeting()).toEqual(ping);
    await clock.advance(1);
    expect(peer.unread).toEqual([]);
  });

  it('does not ping where the transport notices a dead peer itself', async () => {
    const { connection, peer } = await open({ pair: { hasInherentKeepAlive: true } }).connected();
    await connection.send('first');
    expect(await peer.greeting()).toMatchObject({ target: 'first' });
  });

  it('pings when nothing was sent for the interval', async () => {
    const { clock, connection, peer } = await open({ serverTimeoutMs: 1_000_000 }).connected();
    await clock.advance(14_999);
    expect(peer.unread).toEqual([]);
    await clock.advance(1);
    expect(peer.unread).toEqual([ping]);
    await clock.advance(10_000);
    await connection.send('x');
    await clock.advance(14_999);
    expect(peer.unread.filter(({ type }) => type === 6)).toHaveLength(1);
    await clock.advance(1);
    expect(peer.unread.filter(({ type }) => type === 6)).toHaveLength(2);
  });

  it('pings when something arrives and its timers were held back', async () => {
    const { clock, connection, peer } = await open().connected();
    const { schedule } = clock;
    clock.schedule = () => () => {};
    connection.keepAliveIntervalInMilliseconds = 15_000;
    await clock.advance(20_000);
    expect(peer.unread).toEqual([]);
    peer.send(ping);
    await clock.advance(0);
    expect(peer.unread).toEqual([ping]);
    clock.schedule = schedule;
  });

  it('gives a silent server up with the official text', async () => {
    const { clock, connection, peer } = await open().connected();
    const closed: unknown[] = [];
    connection.onclose((error) => closed.push(error?.message));
    const call = connection.invoke('x');
    const text = 'Server timeout elapsed without receiving a message from the server.';
    const failure = rejectionOf(call);
    await clock.advance(29_999);
    expect(connection.state).toBe('Connected');
    await clock.advance(1);
    expect(await failure).toMatchObject({ message: text });
    expect(closed).toEqual([text]);
    expect(connection.state).toBe('Disconnected');
    expect((await peer.closed()).kind).toBe('failed');
    expect(clock.pending).toBe(0);
  });

  it('waits anew whenever the server says anything', async () => {
    const { clock, connection, peer } = await open().connected();
    for (let round = 0; round < 4; round++) {
      await clock.advance(20_000);
      peer.send(ping);
    }
    await clock.advance(29_999);
    expect(connection.state).toBe('Connected');
    await clock.advance(1);
    expect(connection.state).toBe('Disconnected');
  });

  it('follows changes of its times at once', async () => {
    const { clock, connection, peer } = await open().connected();
    connection.serverTimeoutInMilliseconds = 500;
    connection.keepAliveIntervalInMilliseconds = 100;
    expect(connection.serverTimeoutInMilliseconds).toBe(500);
    expect(connection.keepAliveIntervalInMilliseconds).toBe(100);
    await clock.advance(100);
    expect(peer.unread).toEqual([ping]);
    await clock.advance(400);
    expect(connection.state).toBe('Disconnected');
    expect(() => (connection.serverTimeoutInMilliseconds = -1)).toThrow('serverTimeoutInMilliseconds');
  });

  it('leaves transports alone that notice a dead peer themselves', async () => {
    const { clock, connection, peer } = await open({ pair: { hasInherentKeepAlive: true } }).connected();
    await clock.advance(1_000_000);
    peer.send(ping);
    await clock.advance(0);
    expect(peer.unread).toEqual([]);
    expect(connection.state).toBe('Connected');
  });
});
