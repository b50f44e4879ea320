import { describe, expect, it } from 'vitest';
import { isStreamSource, streamIterator, type StreamObserver } from './stream-source.ts';

async function readAll(iterator: AsyncIterator<unknown>): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) items.push(step.value);
  return items;
}

function subject() {
  const observers: StreamObserver<number>[] = [];
  let disposed = false;
  return {
    observers,
    get disposed() {
      return disposed;
    },
    subscribe(observer: StreamObserver<number>) {
      observers.push(observer);
      return { dispose: () => (disposed = true) };
    },
  };
}

describe('isStreamSource', () => {
  it('takes async iterables, generators, readable streams and subjects', () => {
    const sources = [(async function* () {})(), (function* () {})(), new ReadableStream(), subject()];
    expect(sources.map(isStreamSource)).toEqual([true, true, true, true]);
  });

  it('takes data for data', () => {
    const values = [[1], 'text', new Map(), new Set(), new Uint8Array(2), { next: 1 }, null, undefined, 3, () => {}];
    expect(values.filter(isStreamSource)).toEqual([]);
  });
});

describe('streamIterator', () => {
  it('reads every kind of source', async () => {
    async function* generator() {
      yield* [1, 2];
    }
    const stream = new ReadableStream<number>({
      start(controller) {
        controller.enqueue(1);
        controller.enqueue(2);
        controller.close();
      },
    });
    for (const source of [generator(), stream, [1, 2].values()]) {
      expect(await readAll(streamIterator(source))).toEqual([1, 2]);
    }
  });

  it('reads what a subject gave before and after it was asked', async () => {
    const source = subject();
    const iterator = streamIterator(source);
    const [observer] = source.observers;
    observer?.next?.(1);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    const second = iterator.next();
    observer?.next?.(2);
    expect(await second).toEqual({ done: false, value: 2 });
    observer?.error?.(new Error('broken'));
    await expect(iterator.next()).rejects.toThrow('broken');
  });

  it('unsubscribes, cancels and returns when it is left early', async () => {
    const source = subject();
    await streamIterator(source).return?.();
    expect(source.disposed).toBe(true);

    let reason = 'still open';
    const stream = new ReadableStream({ cancel: () => void (reason = 'cancelled') });
    await streamIterator(stream).return?.();
    expect(reason).toBe('cancelled');

    let ended = false;
    const generator = (function* () {
      try {
        yield 1;
      } finally {
        ended = true;
      }
    })();
    const iterator = streamIterator(generator);
    await iterator.next();
    await iterator.return?.();
    expect(ended).toBe(true);
  });
});
