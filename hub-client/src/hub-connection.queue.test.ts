import { describe, expect, it } from 'vitest';
import { fixedDelays } from './connection/reconnect-policy.ts';
import { collect } from './testing/collect.ts';
import { rejectionOf } from './testing/rejection-of.ts';
import { settled } from './testing/manual-clock.ts';
import { open } from './testing/open.ts';
import { within } from './testing/within.ts';

const queueing = { reconnect: fixedDelays([1_000]), whileReconnecting: 'queue' } as const;

describe('whileReconnecting: queue', () => {
  it('makes calls in their order once there is a connection', async () => {
    const { clock, connection, server, peer } = await open(queueing).connected();
    peer.cut();
    await settled();
    const sent = connection.send('a');
    const invoked = connection.invoke('b');
    const items = collect(connection.stream('c'));
    connection.onreconnected(() => void connection.send('d'));
    await clock.advance(1_000);
    const next = await server.accept();
    await within(sent, 'send');
    const targets = [await next.next(), await next.next(), await next.next(), await next.next()];
    expect(targets).toMatchObject([{ target: 'a' }, { target: 'b' }, { target: 'c' }, { target: 'd' }]);
    next.send(
      { type: 3, invocationId: '1', outcome: { kind: 'result', result: 1 } },
      { type: 2, invocationId: '2', item: 'x' },
      { type: 3, invocationId: '2', outcome: { kind: 'void' } },
    );
    expect(await within(invoked, 'the result')).toBe(1);
    expect(await within(items, 'the items')).toEqual(['x']);
  });

  it('holds calls during the first start too', async () => {
    const { connection, server } = open(queueing);
    const started = connection.start();
    const sent = connection.send('early');
    const peer = await server.accept();
    await within(Promise.all([started, sent]), 'start and send');
    expect(await peer.next()).toMatchObject({ target: 'early' });
  });

  it('still rejects while disconnected', async () => {
    const { connection } = open(queueing);
    expect(await rejectionOf(connection.invoke('x'))).toMatchObject({ code: 'HUB_CLIENT_NOT_CONNECTED' });
  });

  it('refuses more than may wait', async () => {
    const { connection, peer } = await open({ ...queueing, maximumQueuedCalls: 1 }).connected();
    peer.cut();
    await settled();
    const first = rejectionOf(connection.invoke('x'));
    expect(await rejectionOf(connection.invoke('x'))).toMatchObject({ code: 'HUB_CLIENT_CALL_QUEUE_FULL' });
    await connection.stop();
    expect(await first).toMatchObject({ code: 'HUB_CLIENT_NOT_CONNECTED' });
  });

  it('rejects what waits when no connection comes', async () => {
    const { clock, connection, server, peer } = await open(queueing).connected();
    server.refuseNext(new Error('down'));
    peer.cut();
    await settled();
    const call = rejectionOf(connection.invoke('x'));
    await clock.advance(1_000);
    expect(await call).toMatchObject({ code: 'HUB_CLIENT_NOT_CONNECTED' });
    expect(connection.state).toBe('Disconnected');
  });

  it('takes a call back when its signal aborts, and never sends it', async () => {
    const { clock, connection, server, peer } = await open(queueing).connected();
    peer.cut();
    await settled();
    const stop = new AbortController();
    const call = rejectionOf(connection.withOptions({ signal: stop.signal }).invoke('x'));
    const read = (async () => {
      for await (const item of connection.stream('y')) return item;
      return 'left';
    })();
    const iterator = connection.stream('z')[Symbol.asyncIterator]();
    await iterator.return?.();
    stop.abort(new Error('enough'));
    expect(await call).toMatchObject({ message: 'enough' });
    await clock.advance(1_000);
    const next = await server.accept();
    expect(await next.next()).toMatchObject({ type: 4, target: 'y' });
    await settled();
    expect(next.unread).toEqual([]);
    await connection.stop();
    expect(await rejectionOf(read)).toMatchObject({ code: 'HUB_CLIENT_CONNECTION_LOST' });
  });

  it('counts the time of waiting', async () => {
    const { clock, connection, server, peer } = await open(queueing).connected();
    peer.cut();
    await settled();
    const calls = connection.withOptions({ timeoutMs: 1_500 });
    const call = rejectionOf(calls.invoke('x'));
    await clock.advance(1_000);
    await server.accept();
    await clock.advance(499);
    let isSettled = false;
    void call.then(() => (isSettled = true));
    await settled();
    expect(isSettled).toBe(false);
    await clock.advance(1);
    expect(await call).toMatchObject({ name: 'TimeoutError' });
  });
});
