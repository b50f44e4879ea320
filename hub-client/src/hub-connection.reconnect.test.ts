import { describe, expect, it } from 'vitest';
import { fixedDelays, type RetryContext, type RetryPolicy } from './connection/reconnect-policy.ts';
import { open, type OpenOptions } from './testing/open.ts';
import { collect } from './testing/collect.ts';
import { rejectionOf } from './testing/rejection-of.ts';
import { settled } from './testing/manual-clock.ts';
import { within } from './testing/within.ts';

async function reconnecting(options: OpenOptions = {}) {
  const context = await open({ reconnect: fixedDelays(), ...options }).connected();
  const log: unknown[][] = [];
  const { connection } = context;
  connection.onreconnecting((error) => log.push(['reconnecting', error?.message, connection.state]));
  connection.onreconnected((id, recovered) => log.push(['reconnected', id, connection.state, recovered]));
  connection.onclose((error) => log.push(['closed', error?.message, connection.state]));
  return { ...context, log };
}

describe('automatic reconnect', () => {
  it('makes a lost connection anew, with a new id', async () => {
    const { clock, connection, server, peer, log } = await reconnecting();
    peer.cut();
    await settled();
    expect(log).toEqual([['reconnecting', 'The connection broke.', 'Reconnecting']]);
    expect(connection.connectionId).toBeNull();
    const next = server.accept();
    await clock.advance(0);
    const { connectionId } = await next;
    await settled();
    expect(log[1]).toEqual(['reconnected', connectionId, 'Connected', false]);
    expect(connection.connectionId).toBe(connectionId);
    expect(connectionId).not.toBe(peer.connectionId);
  });

  it('does so after an orderly end without a close message, and without an error', async () => {
    const { peer, log } = await reconnecting();
    peer.close();
    await settled();
    expect(log).toEqual([['reconnecting', undefined, 'Reconnecting']]);
  });

  it('tries after 0, 2, 10 and 30 seconds, then gives up without an error', async () => {
    const { clock, connection, server, peer, log } = await reconnecting();
    server.refuseNext(...Array.from({ length: 4 }, () => new Error('down')));
    peer.cut();
    const attempts: number[] = [];
    for (const ms of [0, 1_999, 1, 9_999, 1, 29_999, 1]) {
      await clock.advance(ms);
      attempts.push(server.attempts - 1);
    }
    expect(attempts).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(log[1]).toEqual(['closed', undefined, 'Disconnected']);
    expect(connection.state).toBe('Disconnected');
    expect(clock.pending).toBe(0);
  });

  it('asks the policy with count, time and reason', async () => {
    const contexts: RetryContext[] = [];
    const policy: RetryPolicy = {
      nextRetryDelayInMilliseconds(context) {
        contexts.push(context);
        return context.previousRetryCount < 2 ? 1_000 : null;
      },
    };
    const { clock, server, peer } = await reconnecting({ reconnect: policy });
    const refusals = [new Error('first'), new Error('second')];
    server.refuseNext(...refusals);
    peer.cut();
    await clock.advance(3_000);
    expect(contexts).toEqual([
      {
        previousRetryCount: 0,
        elapsedMilliseconds: 0,
        retryReason: expect.objectContaining({ code: 'TRANSPORT_FAILED' }),
      },
      { previousRetryCount: 1, elapsedMilliseconds: 1_000, retryReason: refusals[0] },
      { previousRetryCount: 2, elapsedMilliseconds: 2_000, retryReason: refusals[1] },
    ]);
  });

  it.each([
    ['says null', () => null],
    [
      'throws',
      () => {
        throw new Error('from the policy');
      },
    ],
  ])('closes with the error when the policy %s at once', async (_what, nextRetryDelayInMilliseconds) => {
    const { peer, log } = await reconnecting({ reconnect: { nextRetryDelayInMilliseconds } });
    peer.cut();
    await settled();
    expect(log).toEqual([['closed', 'The connection broke.', 'Disconnected']]);
  });

  it('counts an attempt whose handshake fails', async () => {
    const { clock, server, peer, log } = await reconnecting({ reconnect: fixedDelays([0, 0]) });
    peer.cut();
    await clock.advance(0);
    const second = await server.peer();
    second.refuse('not yet');
    await clock.advance(0);
    const third = await server.accept();
    await settled();
    expect(log.at(-1)).toEqual(['reconnected', third.connectionId, 'Connected', false]);
  });

  it('is not tried after a close message without allowReconnect', async () => {
    const { server, peer, log } = await reconnecting();
    peer.send({ type: 7, error: 'go away' });
    await settled();
    expect(log).toEqual([['closed', 'Server returned an error on close: go away', 'Disconnected']]);
    expect(server.attempts).toBe(1);
  });

  it('is tried after a close message with allowReconnect', async () => {
    const { peer, log } = await reconnecting();
    peer.send({ type: 7, error: 'restarting', allowReconnect: true });
    await settled();
    expect(log).toEqual([['reconnecting', 'Server returned an error on close: restarting', 'Reconnecting']]);
  });

  it('is tried after the server fell silent, and after a malformed message', async () => {
    const { clock, server, peer, log } = await reconnecting();
    await clock.advance(30_000);
    expect(log).toEqual([
      ['reconnecting', 'Server timeout elapsed without receiving a message from the server.', 'Reconnecting'],
    ]);
    expect((await peer.closed()).kind).toBe('failed');
    const next = await server.accept();
    await settled();
    next.raw('nonsense\u001e');
    await settled();
    expect(log[2]).toEqual(['reconnecting', 'The message is not valid. It is not JSON.', 'Reconnecting']);
  });

  it('rejects calls that waited when the connection dropped, and those made meanwhile', async () => {
    const { connection, peer } = await reconnecting();
    const call = connection.invoke('x');
    const items = collect(connection.stream('y'));
    peer.close();
    const text = 'Invocation canceled due to the underlying connection being closed.';
    await expect(call).rejects.toThrow(text);
    await expect(items).rejects.toThrow(text);
    await expect(connection.invoke('x')).rejects.toThrow(
      "Cannot send data if the connection is not in the 'Connected' State.",
    );
  });

  it('keeps the handlers', async () => {
    const { clock, connection, server, peer } = await reconnecting();
    const received = new Promise<unknown>((resolve) => connection.on('message', resolve));
    peer.cut();
    await clock.advance(0);
    const next = await server.accept();
    next.send({ type: 1, target: 'message', arguments: ['again'] });
    expect(await within(received, 'the message')).toBe('again');
  });

  it('ends when stopped during the delay', async () => {
    const { clock, connection, server, peer, log } = await reconnecting({ reconnect: fixedDelays([5_000]) });
    peer.cut();
    await settled();
    await within(connection.stop(), 'stop');
    expect(log.at(-1)).toEqual(['closed', undefined, 'Disconnected']);
    expect(clock.pending).toBe(0);
    await clock.advance(10_000);
    expect(server.attempts).toBe(1);
  });

  it('ends when stopped during an attempt', async () => {
    const { clock, connection, server, peer, log } = await reconnecting();
    peer.cut();
    await clock.advance(0);
    const next = await server.peer();
    await next.handshake();
    await within(connection.stop(), 'stop');
    expect(log.at(-1)).toEqual(['closed', undefined, 'Disconnected']);
    expect((await next.closed()).kind).toBe('remote');
  });

  it('ends when stopped from onreconnecting', async () => {
    const { clock, connection, server, peer, log } = await reconnecting();
    connection.onreconnecting(() => void connection.stop());
    peer.cut();
    await settled();
    expect(log.at(-1)).toEqual(['closed', undefined, 'Disconnected']);
    await clock.advance(60_000);
    expect(server.attempts).toBe(1);
  });

  it('goes to the url that was set meanwhile', async () => {
    const { clock, connection, server, peer } = await reconnecting();
    peer.cut();
    await settled();
    connection.baseUrl = '/elsewhere';
    await clock.advance(0);
    await server.accept();
    await settled();
    expect(connection.state).toBe('Connected');
    expect(connection.baseUrl).toBe('/elsewhere');
  });

  it('happens again and again', async () => {
    const { clock, server, peer, log } = await reconnecting();
    peer.cut();
    for (let round = 0; round < 3; round++) {
      await clock.advance(0);
      const next = await server.accept();
      await settled();
      next.cut();
      await settled();
    }
    expect(log.map(([what]) => what)).toEqual([
      'reconnecting',
      'reconnected',
      'reconnecting',
      'reconnected',
      'reconnecting',
      'reconnected',
      'reconnecting',
    ]);
  });
});

it('ends at once when the policy itself stops the connection', async () => {
  const policy = {
    nextRetryDelayInMilliseconds({ previousRetryCount }: { previousRetryCount: number }) {
      if (previousRetryCount > 0) stopped = connection.stop();
      return previousRetryCount * 60_000;
    },
  };
  let stopped: Promise<void> | undefined;
  const { clock, connection, server, connected } = open({ reconnect: policy });
  const { peer } = await connected();
  server.refuseNext(new Error('down'));
  peer.cut();
  await clock.advance(0);
  await within(stopped ?? Promise.reject(new Error('The policy was not asked.')), 'stop');
  expect([connection.state, clock.pending]).toEqual(['Disconnected', 0]);
});

describe('retryFirstStart', () => {
  it('tries a start that failed again as the policy says', async () => {
    const { clock, connection, server } = open({ reconnect: fixedDelays([100, 100]), retryFirstStart: true });
    server.refuseNext(new Error('down'), new Error('still down'));
    const started = connection.start();
    await clock.advance(200);
    await server.accept();
    await within(started, 'start');
    expect(connection.state).toBe('Connected');
    expect(server.attempts).toBe(3);
  });

  it('rejects with the first error when the policy gives up', async () => {
    const { clock, connection, server } = open({ reconnect: fixedDelays([100]), retryFirstStart: true });
    server.refuseNext(new Error('down'), new Error('still down'));
    const failure = rejectionOf(connection.start());
    await clock.advance(100);
    expect(await failure).toMatchObject({ message: 'down' });
    expect(connection.state).toBe('Disconnected');
  });

  it('ends when stopped', async () => {
    const { connection, server } = open({ reconnect: fixedDelays([100]), retryFirstStart: true });
    server.refuseNext(new Error('down'));
    const failure = rejectionOf(connection.start());
    await settled();
    await within(connection.stop(), 'stop');
    expect(await failure).toMatchObject({ name: 'AbortError' });
  });
});
