import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { InboundStream } from './inbound-stream.ts';

function open(capacity = 2) {
  const owner = { onRoom: vi.fn<() => void>(), onAbandoned: vi.fn<() => void>() };
  return { owner, stream: new InboundStream<number>(capacity, owner) };
}

async function readAll(stream: AsyncIterable<number>): Promise<readonly number[]> {
  const items: number[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('InboundStream', () => {
  it('gives what was pushed before and after the reading began, then ends', async () => {
    const { stream } = open();
    stream.push(1);
    const items = readAll(stream);
    await Promise.resolve();
    stream.push(2);
    stream.push(3);
    stream.end();
    expect(await items).toEqual([1, 2, 3]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('gives the buffered items before the error that ended it, and the error once', async () => {
    const { stream } = open();
    stream.push(1);
    stream.end(new Error('cut'));
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toThrow('cut');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('rejects a reader that waits when it ends with an error', async () => {
    const { stream } = open();
    const [first, second] = [stream.next(), stream.next()];
    stream.end(new Error('cut'));
    await expect(first).rejects.toThrow('cut');
    expect(await second).toEqual({ done: true, value: undefined });
  });

  it('is full at its capacity and says once that there is room again', async () => {
    const { stream, owner } = open(2);
    stream.push(1);
    expect(stream.isFull).toBe(false);
    stream.push(2);
    stream.push(3);
    expect(stream.isFull).toBe(true);
    await stream.next();
    expect(owner.onRoom).not.toHaveBeenCalled();
    await stream.next();
    expect(owner.onRoom).toHaveBeenCalledOnce();
  });

  it('tells its owner when the consumer leaves early, and takes nothing more', async () => {
    const { stream, owner } = open(1);
    stream.push(1);
    for await (const item of stream) if (item === 1) break;
    stream.push(2);
    stream.end(new Error('late'));
    expect(owner.onAbandoned).toHaveBeenCalledOnce();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('tells how many items wait for the reader', async () => {
    const { stream } = open();
    const first = stream.next();
    for (const item of [1, 2, 3]) stream.push(item);
    await first;
    expect(stream.length).toBe(2);
    await stream.next();
    expect(stream.length).toBe(1);
    await stream.return();
    expect(stream.length).toBe(0);
  });

  it('does not call a finished stream abandoned', async () => {
    const { stream, owner } = open();
    stream.end();
    await readAll(stream);
    await stream.return();
    expect(owner.onAbandoned).not.toHaveBeenCalled();
  });

  it('loses and reorders nothing, whatever the interleaving of pushes and reads', async () => {
    const steps = fc.array(fc.constantFrom('push', 'read'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (schedule, capacity) => {
        const { stream } = open(capacity);
        const reads: Promise<IteratorResult<number>>[] = [];
        let pushed = 0;
        for (const step of schedule) {
          if (step === 'push') stream.push((pushed += 1));
          else reads.push(stream.next());
        }
        stream.end();
        const early = (await Promise.all(reads)).flatMap((result) => (result.done === true ? [] : [result.value]));
        const items = [...early, ...(await readAll(stream))];
        expect(items).toEqual(Array.from({ length: pushed }, (_, index) => index + 1));
      }),
    );
  });
});
