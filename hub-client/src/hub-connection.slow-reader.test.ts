import { describe, expect, it } from 'vitest';
import { settled } from './testing/manual-clock.ts';
import { open } from './testing/open.ts';
import { within } from './testing/within.ts';

const item = (invocationId: string, value: unknown) => ({ type: 2, invocationId, item: value }) as const;

/** A connection with one open stream whose buffer, of two items, is full. */
async function full() {
  const context = await open({ streamBufferItems: 2, pair: { sendBufferBytes: 100 } }).connected();
  const { connection, peer } = context;
  const reader = connection.stream('numbers')[Symbol.asyncIterator]();
  await peer.next();
  const events: unknown[] = [];
  connection.on('event', (value) => events.push(value));
  for (const value of [1, 2]) peer.send(item('1', value));
  await settled();
  peer.send({ type: 1, target: 'event', arguments: ['behind'] });
  await settled();
  return { ...context, events, reader };
}

describe('a reader of a stream that is slower than the server', () => {
  it('holds the server back until it takes an item', async () => {
    const { events, reader } = await full();
    expect(events).toEqual([]);
    expect(await reader.next()).toEqual({ done: false, value: 1 });
    await settled();
    expect(events).toEqual(['behind']);
  });

  it('does not hold it back while a call waits for its answer', async () => {
    const { connection, events, peer } = await full();
    const call = connection.invoke('x');
    peer.send({ type: 3, invocationId: '2', outcome: { kind: 'result', result: 'answer' } });
    expect(await within(call, 'the answer')).toBe('answer');
    expect(events).toEqual(['behind']);
  });

  it('does not hold it back while another stream is waited for', async () => {
    const { connection, peer } = await full();
    const other = connection.stream('other')[Symbol.asyncIterator]();
    const next = other.next();
    peer.send(item('2', 'first'));
    expect(await within(next, 'an item of the other stream')).toEqual({ done: false, value: 'first' });
  });

  it('does not hold it back once it has left', async () => {
    const { events, reader } = await full();
    await reader.return?.();
    await settled();
    expect(events).toEqual(['behind']);
  });

  it('does not hold it back for long when it takes nothing', async () => {
    const { clock, events, peer, reader } = await full();
    await clock.advance(4_999);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual(['behind']);
    peer.send(item('1', 3), { type: 1, target: 'event', arguments: ['later'] });
    await settled();
    expect(events).toEqual(['behind', 'later']);
    for (const value of [1, 2, 3]) expect(await reader.next()).toEqual({ done: false, value });
  });

  it('holds it back for as long as it goes on taking', async () => {
    const { clock, events, peer, reader } = await full();
    await reader.next();
    peer.send(item('1', 3), item('1', 4), item('1', 5));
    await settled();
    peer.send({ type: 1, target: 'event', arguments: ['last'] });
    expect(events).toEqual(['behind']);
    for (const value of [2, 3]) {
      await clock.advance(4_000);
      expect(await reader.next()).toEqual({ done: false, value });
    }
    expect(events).toEqual(['behind']);
    expect(await reader.next()).toEqual({ done: false, value: 4 });
    await settled();
    expect(events).toEqual(['behind', 'last']);
  });

  it('is not taken for a silent server', async () => {
    const { clock, connection, peer, reader } = await full();
    connection.serverTimeoutInMilliseconds = 3_000;
    await clock.advance(4_900);
    expect(connection.state).toBe('Connected');
    await reader.next();
    await clock.advance(2_999);
    expect(connection.state).toBe('Connected');
    await clock.advance(1);
    expect(connection.state).toBe('Disconnected');
    expect((await peer.closed()).kind).toBe('failed');
  });
});
