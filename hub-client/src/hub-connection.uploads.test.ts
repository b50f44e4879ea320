import { describe, expect, it } from 'vitest';
import { Subject } from './signalr/subject.ts';
import { settled } from './testing/manual-clock.ts';
import { open } from './testing/open.ts';
import { within } from './testing/within.ts';

const ok = (invocationId: string, result: unknown) =>
  ({ type: 3, invocationId, outcome: { kind: 'result', result } }) as const;
const done = (invocationId: string) => ({ type: 3, invocationId, outcome: { kind: 'void' } }) as const;
const failed = (invocationId: string, error: string) =>
  ({ type: 3, invocationId, outcome: { kind: 'error', error } }) as const;
const item = (invocationId: string, item: unknown) => ({ type: 2, invocationId, item }) as const;

describe('upload', () => {
  async function* numbers(...values: readonly unknown[]) {
    yield* values;
  }

  it('sends streams that stand among the arguments, adjacent ones too', async () => {
    const { connection, peer } = await open().connected();
    const call = connection.invoke('sum', 'a', numbers(1), numbers(2), 'b', [3]);
    const message = await peer.next();
    expect(message).toEqual({
      type: 1,
      invocationId: '3',
      target: 'sum',
      arguments: ['a', 'b', [3]],
      streamIds: ['1', '2'],
    });
    const rest = [await peer.next(), await peer.next(), await peer.next(), await peer.next()];
    expect(rest).toEqual(expect.arrayContaining([item('1', 1), item('2', 2), done('1'), done('2')]));
    peer.send(ok('3', 3));
    expect(await within(call, 'the result')).toBe(3);
  });

  it('takes subjects, and what they are given right after the call', async () => {
    const { connection, peer } = await open().connected();
    const subject = new Subject<string>();
    void connection.send('upload', subject);
    subject.next('a');
    subject.next('b');
    subject.complete();
    expect(await peer.next()).toEqual({ type: 1, target: 'upload', arguments: [], streamIds: ['1'] });
    expect(await peer.next()).toEqual(item('1', 'a'));
    expect(await peer.next()).toEqual(item('1', 'b'));
    expect(await peer.next()).toEqual(done('1'));
  });

  it.each([
    ['an error', new Error('disk gone'), 'disk gone'],
    ['something else', 'odd', 'odd'],
  ])('tells the server that the source failed with %s', async (_what, thrown, text) => {
    const { connection, peer } = await open().connected();
    // oxlint-disable-next-line require-yield
    const source = (async function* () {
      throw thrown;
    })();
    void connection.send('upload', source);
    await peer.next();
    expect(await peer.next()).toEqual(failed('1', text));
  });

  it('tells the server that an item cannot be encoded', async () => {
    const { connection, peer } = await open().connected();
    const endless: Record<string, unknown> = {};
    endless['self'] = endless;
    void connection.send('upload', numbers(endless));
    await peer.next();
    expect(await peer.next()).toMatchObject({ type: 3, invocationId: '1', outcome: { kind: 'error' } });
  });

  it('stops, and ends its source, when the call is answered', async () => {
    const { connection, peer } = await open().connected();
    let isEnded = false;
    const source = (async function* () {
      try {
        for (;;) yield await new Promise<number>((resolve) => setImmediate(() => resolve(1)));
      } finally {
        isEnded = true;
      }
    })();
    const call = connection.invoke('upload', source);
    await peer.next();
    expect(await peer.next()).toEqual(item('1', 1));
    peer.send(done('2'));
    await within(call, 'the answer');
    await settled();
    expect(isEnded).toBe(true);
    const sent = peer.unread.length;
    await settled();
    expect(peer.unread).toHaveLength(sent);
    expect(peer.unread).not.toContainEqual(expect.objectContaining({ type: 3 }));
  });

  it('is ended on the server when the call is cancelled', async () => {
    const { connection, peer } = await open().connected();
    const stop = new AbortController();
    const never = new Subject<number>();
    const call = connection.withOptions({ signal: stop.signal }).invoke('upload', never);
    await peer.next();
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(await peer.next()).toEqual({ type: 5, invocationId: '2' });
    expect(await peer.next()).toEqual(failed('1', 'The upload was canceled.'));
  });

  it('waits for room', async () => {
    const { connection, peer } = await open({ pair: { sendBufferBytes: 1_000 } }).connected();
    let produced = 0;
    const source = (async function* () {
      for (; produced < 1_000; produced++) yield 'x'.repeat(100);
    })();
    void connection.send('upload', source);
    await peer.next();
    peer.pause();
    await settled();
    await settled();
    expect(produced).toBeLessThan(50);
    peer.resume();
    for (let index = 0; index < 1_000; index++) await peer.next();
    expect(await peer.next()).toEqual(done('1'));
  });

  it('ends its source when the connection ends', async () => {
    const { connection, peer } = await open().connected();
    const ended = new Promise<void>((resolve) => {
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<IteratorResult<number>>(() => {}),
          return: async () => {
            resolve();
            return { done: true, value: undefined } as const;
          },
        }),
      };
      void connection.send('upload', source);
    });
    await peer.next();
    peer.cut();
    await expect(within(ended, 'the end of the source')).resolves.toBeUndefined();
  });
});
