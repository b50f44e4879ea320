import { describe, expect, it } from 'vitest';
import { Hub, hubMethod } from '../index.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';
import { readSource } from './read-source.ts';

/** Pushes when it is told to. */
class Source {
  push: (value: number) => void = () => {};
  complete: () => void = () => {};
  isSubscribed = false;

  subscribe(observer: { next?(value: number): void; complete?(): void }) {
    this.isSubscribed = true;
    this.push = (value) => observer.next?.(value);
    this.complete = () => observer.complete?.();
    return { unsubscribe: () => void (this.isSubscribed = false) };
  }
}

const sources: Source[] = [];

class MeterHub extends Hub {
  @hubMethod() watch(): Source {
    const source = new Source();
    sources.push(source);
    return source;
  }
}

describe('a source that pushes', () => {
  it('may be ahead of its reader, but not without bound', async () => {
    const source = new Source();
    const items = readSource(source, 3);
    for (const value of [1, 2, 3]) source.push(value);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    source.push(4);
    expect(await items.next()).toEqual({ done: false, value: 2 });
    for (const value of [5, 6]) source.push(value);
    await expect(items.next()).rejects.toMatchObject({ code: 'HUB_SLOW_CONSUMER' });
    expect(source.isSubscribed).toBe(false);
    source.push(7);
    await expect(items.next()).rejects.toMatchObject({ code: 'HUB_SLOW_CONSUMER' });
  });

  it('may push everything at once when it is subscribed to', async () => {
    const eager = {
      isSubscribed: true,
      subscribe(observer: { next?(value: number): void }) {
        for (let value = 0; value < 10; value += 1) observer.next?.(value);
        return { dispose: () => void (this.isSubscribed = false) };
      },
    };
    const items = readSource(eager, 5);
    await settled();
    await expect(items.next()).rejects.toMatchObject({ code: 'HUB_SLOW_CONSUMER' });
    expect(eager.isSubscribed).toBe(false);
  });

  it('is read to its end, and left when its reader leaves', async () => {
    const [ending, left] = [new Source(), new Source()];
    const items = readSource(ending, 3);
    ending.push(1);
    ending.complete();
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    await readSource(left, 3).return?.();
    expect(left.isSubscribed).toBe(false);
  });

  it('ends the stream of a client that does not keep up, and not its connection', async () => {
    await using host = serveHub(MeterHub, { sendQueueMessages: 50 });
    const client = await host.connect({ sendBufferBytes: 200 });
    const stream = client.beginStream('watch');
    await settled();
    client.pause();
    const [source] = sources;
    for (let value = 0; value < 200; value += 1) {
      source?.push(value);
      await settled();
    }
    expect(source?.isSubscribed).toBe(false);
    client.resume();
    const { outcome } = await client.completion(stream);
    expect(outcome).toEqual({ kind: 'error', error: 'An error occurred on the server while streaming results.' });
    expect(host.hub.connectionCount).toBe(1);
  });
});
