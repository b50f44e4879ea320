import { describe, expect, it } from 'vitest';
import { MessageType } from '../messages.ts';
import { InboundStreams } from './inbound-streams.ts';

function open() {
  const reading: boolean[] = [];
  const streams = new InboundStreams({
    capacity: 1,
    errorOf: (text) => new Error(text),
    setReading: (on) => void reading.push(on),
  });
  const item = (invocationId: string, value: unknown) =>
    streams.item({ type: MessageType.StreamItem, invocationId, item: value });
  return { streams, reading, item };
}

describe('InboundStreams', () => {
  it('leads items to their stream and knows nothing of others', async () => {
    const { streams, item } = open();
    const [a, b] = [streams.open('a'), streams.open('b')];
    expect([item('a', 1), item('b', 2), item('c', 3), item('__proto__', 4)]).toEqual([true, true, false, false]);
    expect(await a.next()).toEqual({ done: false, value: 1 });
    expect(await b.next()).toEqual({ done: false, value: 2 });
  });

  it('refuses an id that is in use', () => {
    const { streams } = open();
    streams.open('a');
    expect(() => streams.open('a')).toThrow(expect.objectContaining({ code: 'PROTOCOL_INVALID_MESSAGE' }));
  });

  it('holds the peer back while any stream is full', async () => {
    const { streams, reading, item } = open();
    const [a, b] = [streams.open('a'), streams.open('b')];
    item('a', 1);
    item('b', 1);
    expect(reading).toEqual([false]);
    await a.next();
    expect(reading).toEqual([false]);
    await b.next();
    expect(reading).toEqual([false, true]);
  });

  it('lets the peer go on when a full stream is dropped', () => {
    const { streams, reading, item } = open();
    streams.open('a');
    item('a', 1);
    streams.close('a');
    expect(reading).toEqual([false, true]);
    expect(streams.size).toBe(0);
  });

  it('ends a stream as its completion says', async () => {
    const { streams } = open();
    const [a, b] = [streams.open('a'), streams.open('b')];
    const complete = (invocationId: string, error?: string) =>
      streams.complete({
        type: MessageType.Completion,
        invocationId,
        outcome: error === undefined ? { kind: 'void' } : { kind: 'error', error },
      });
    expect([complete('a'), complete('b', 'disk error'), complete('c')]).toEqual([true, true, false]);
    expect(await a.next()).toEqual({ done: true, value: undefined });
    await expect(b.next()).rejects.toThrow('disk error');
  });

  it('ends all streams with the connection', async () => {
    const { streams } = open();
    const waiting = streams.open('a').next();
    streams.failAll(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(streams.size).toBe(0);
  });
});
