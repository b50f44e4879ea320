import { describe, expect, it } from 'vitest';
import { pumpStream, type StreamSink } from './outbound-stream.ts';
import { streamIterator } from './stream-source.ts';

const never = new AbortController().signal;

function recordingSink() {
  const items: unknown[] = [];
  const sink: StreamSink = {
    item(item) {
      items.push(item);
      return undefined;
    },
  };
  return { items, sink };
}

describe('pumpStream', () => {
  it('sends every item and says that the source is complete', async () => {
    const { items, sink } = recordingSink();
    expect(await pumpStream(streamIterator([1, 2, 3].values()), sink, never)).toEqual({ kind: 'completed' });
    expect(items).toEqual([1, 2, 3]);
  });

  it('reports what the source throws, after the items before it', async () => {
    const { items, sink } = recordingSink();
    const error = new Error('empty');
    async function* failing() {
      yield 1;
      throw error;
    }
    expect(await pumpStream(failing(), sink, never)).toEqual({ kind: 'failed', error });
    expect(items).toEqual([1]);
  });

  it('asks for the next item only when there is room for it', async () => {
    const asked: number[] = [];
    function* counting() {
      for (let item = 1; item <= 3; item += 1) {
        asked.push(item);
        yield item;
      }
    }
    const gates: (() => void)[] = [];
    const sink: StreamSink = { item: () => new Promise<void>((resolve) => gates.push(resolve)) };
    const end = pumpStream(streamIterator(counting()), sink, never);
    for (const expected of [1, 2, 3]) {
      await expect.poll(() => gates.length).toBe(expected);
      expect(asked).toHaveLength(expected);
      gates[expected - 1]?.();
    }
    expect(await end).toEqual({ kind: 'completed' });
  });

  it('stops at an abort although the source is stuck, and tells the source', async () => {
    const cancellation = new AbortController();
    let returned = false;
    const stuck: AsyncIterator<unknown> = {
      next: () => new Promise(() => {}),
      return: async () => ((returned = true), { done: true, value: undefined }),
    };
    const end = pumpStream(stuck, recordingSink().sink, cancellation.signal);
    cancellation.abort();
    expect(await end).toEqual({ kind: 'cancelled' });
    expect(returned).toBe(true);
  });

  it('stops at an abort although there is no room', async () => {
    const cancellation = new AbortController();
    const sink: StreamSink = { item: () => new Promise(() => {}) };
    const end = pumpStream(streamIterator([1].values()), sink, cancellation.signal);
    await Promise.resolve();
    cancellation.abort();
    expect(await end).toEqual({ kind: 'cancelled' });
  });

  it('tells the source when an item cannot be sent', async () => {
    let ended = false;
    async function* source() {
      try {
        yield 1n;
      } finally {
        ended = true;
      }
    }
    const sink: StreamSink = {
      item() {
        throw new TypeError('no bigint');
      },
    };
    expect(await pumpStream(source(), sink, never)).toMatchObject({ kind: 'failed', error: { message: 'no bigint' } });
    expect(ended).toBe(true);
  });
});
