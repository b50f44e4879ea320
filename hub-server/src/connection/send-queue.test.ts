import { describe, expect, it } from 'vitest';
import type { TransportError } from '@hubwire/transports';
import { SendQueue, type SendQueueParts } from './send-queue.ts';

interface Options {
  readonly sendQueueBytes?: number;
  readonly sendQueueMessages?: number;
  /** Above it the transport says that it is full. */
  readonly transportBytes?: number;
  readonly framing?: SendQueueParts['framing'];
}

/** A queue before a transport that keeps what it is sent until it is read. */
function queueBefore(options: Options = {}) {
  const { sendQueueBytes = 1_000, sendQueueMessages = 100, transportBytes = 100, framing = 'separate' } = options;
  const frames: string[] = [];
  const log: unknown[] = [];
  let owesDrain = false;
  const connection = {
    get bufferedBytes() {
      return frames.reduce((sum, frame) => sum + frame.length, 0);
    },
    send(frame: string | Uint8Array) {
      frames.push(String(frame));
      if (this.bufferedBytes > transportBytes) owesDrain = true;
      return !owesDrain;
    },
    abort: ({ cause }: TransportError) => void log.push(cause),
  };
  const owner = { frameSent() {}, slowConsumer: (queue: unknown) => void log.push(queue) };
  const queue = new SendQueue({ connection, owner, options: { sendQueueBytes, sendQueueMessages }, framing });
  return {
    queue,
    log,
    frames,
    offer: (payload: string, key?: string) => queue.offer(measured(queue, payload), key),
    wait: (payload: string) => queue.wait(measured(queue, payload)),
    /** The client reads all that the transport has. */
    read() {
      const read = frames.splice(0);
      if (owesDrain) {
        owesDrain = false;
        queue.drained();
      }
      return read;
    },
  };
}

function measured(queue: SendQueue, payload: string) {
  const message = queue.measure(payload);
  if (message === undefined) throw new Error('It is too large.');
  return message;
}

const text = (letter: string, length = 100): string => letter.repeat(length);
const texts = (letters: string): readonly string[] => Array.from(letters, (letter) => text(letter));

describe('SendQueue', () => {
  it('passes messages on while the transport takes them, and holds them from then on', () => {
    const { queue, frames, read } = queueBefore();
    for (const each of texts('abcd')) expect(queue.write(each)).toBe(true);
    expect(frames).toEqual([text('a'), text('b')]);
    expect(queue.bytes).toBe(410);
    expect(read()).toEqual([text('a'), text('b')]);
    expect(read()).toEqual([text('c'), text('d')]);
    expect(queue.bytes).toBe(0);
  });

  it('joins what a turn writes in one frame', async () => {
    const { queue, frames } = queueBefore({ framing: 'Text' });
    queue.write('a');
    queue.write('b');
    expect(frames).toEqual([]);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(frames).toEqual(['a\u001Eb\u001E']);
  });

  it('looks at its bounds also within a turn', () => {
    const { queue, log } = queueBefore({ framing: 'Text', sendQueueMessages: 3, transportBytes: 1 });
    for (let count = 0; count < 10; count += 1) queue.write('x');
    expect(log).toEqual([
      { bytes: expect.any(Number), messages: 3, limit: 'sendQueueMessages' },
      expect.objectContaining({ code: 'HUB_SLOW_CONSUMER' }),
    ]);
  });

  it.each([
    ['sendQueueBytes', { sendQueueBytes: 420 }],
    ['sendQueueMessages', { sendQueueMessages: 2 }],
  ])('gives the client up at %s, and is silent then', async (limit, options) => {
    const { queue, log, frames, read } = queueBefore(options);
    for (const each of texts('abcd')) queue.write(each);
    expect(log).toEqual([]);
    queue.write(text('e'));
    expect(log).toEqual([{ bytes: 410, messages: 2, limit }, expect.objectContaining({ code: 'HUB_SLOW_CONSUMER' })]);
    queue.write(text('f'));
    expect(log).toHaveLength(2);
    expect(frames).toHaveLength(2);
    read();
    expect(frames).toEqual([]);
  });

  it('refuses what it could never take, and takes what just fits', () => {
    const { queue, frames } = queueBefore();
    expect(queue.write(text('a', 996))).toBe(false);
    expect(frames).toEqual([]);
    expect(queue.write(text('a', 995))).toBe(true);
    expect(frames).toHaveLength(1);
  });

  it('counts bytes, not characters', () => {
    expect(queueBefore().queue.measure('ä€😀')?.bytes).toBe(2 + 3 + 4 + 5);
    expect(queueBefore().queue.measure(new Uint8Array(7))?.bytes).toBe(7 + 5);
  });

  it('puts a newer message in the place of the one with its key, until that has left', () => {
    const { queue, offer, read } = queueBefore();
    for (const each of texts('ab')) offer(each);
    const replace = (payload: string, key: string): boolean => queue.replace(measured(queue, payload), key);
    expect(replace('tea 1', 'tea')).toBe(false);
    offer('tea 1', 'tea');
    offer('between');
    offer('ink 1', 'ink');
    expect(replace('tea 2, longer', 'tea')).toBe(true);
    expect(replace('ink 2', 'ink')).toBe(true);
    read();
    expect(replace('tea 3', 'tea')).toBe(false);
    expect(read()).toEqual(['tea 2, longer', 'between', 'ink 2']);
    expect(queue.bytes).toBe(0);
  });

  it('gives the client up when a newer message is too large for the place of the older', () => {
    const { queue, offer, log } = queueBefore({ sendQueueBytes: 320 });
    for (const each of texts('ab')) offer(each);
    offer(text('c'), 'key');
    expect(queue.replace(measured(queue, text('d', 200)), 'key')).toBe(true);
    expect(log).toHaveLength(2);
  });

  it('takes volatile messages only while the transport does', () => {
    const { queue, read } = queueBefore();
    expect(queue.offerVolatile(measured(queue, text('a')))).toBe(true);
    expect(queue.offerVolatile(measured(queue, text('b')))).toBe(true);
    expect(queue.offerVolatile(measured(queue, text('c')))).toBe(false);
    expect(read()).toEqual([text('a'), text('b')]);
    expect(queue.offerVolatile(measured(queue, text('d')))).toBe(true);
  });

  it('lets those wait who can, before the other half, in their order', async () => {
    const { queue, wait, log, read } = queueBefore();
    for (const each of texts('abcd')) expect(wait(each)).toBeUndefined();
    const [first, second] = [wait(text('e')), wait('f')];
    expect(first).toBeDefined();
    expect(second).toBeDefined();
    expect(queue.bytes).toBe(410);
    for (const each of texts('ABCDE')) queue.write(each);
    expect(log).toEqual([]);
    read();
    expect(read().join('')).toBe(texts('cd').join(''));
    for (const expected of ['AB', 'CD']) expect(read().join('')).toBe(texts(expected).join(''));
    await first?.settled;
    await second?.settled;
    expect(read()).toEqual([text('E'), text('e')]);
    expect(read()).toEqual(['f']);
  });

  it('lets as much wait as it may hold, and gives the client up beyond', async () => {
    const { wait, log } = queueBefore({ sendQueueMessages: 4 });
    const sends = texts('abcdefgh').map(wait);
    expect(sends.map((send) => send !== undefined)).toEqual([false, false, false, false, true, true, true, true]);
    expect(log).toEqual([]);
    wait('i');
    expect(log).toHaveLength(2);
  });

  it('sends what is larger than the half for waiting when everything else has left', async () => {
    const { wait, read } = queueBefore();
    wait(text('a', 150));
    const large = wait(text('b', 900));
    expect(large).toBeDefined();
    read();
    await large?.settled;
    expect(read()).toEqual([text('b', 900)]);
  });

  it('takes back what still waits', async () => {
    const { wait, read } = queueBefore({ sendQueueMessages: 2 });
    for (const each of texts('abc')) wait(each);
    const [withdrawn, kept] = [wait('withdrawn'), wait('kept')];
    withdrawn?.withdraw();
    await withdrawn?.settled;
    read();
    await kept?.settled;
    kept?.withdraw();
    expect(read()).toEqual([text('c'), 'kept']);
  });

  it('lets those in who wait for a transport that is small enough never to be full', async () => {
    const { queue, wait, frames } = queueBefore({ transportBytes: 10_000 });
    wait(text('a', 900));
    const waiting = wait(text('b', 900));
    expect(waiting).toBeDefined();
    queue.retryWaiting();
    expect(frames).toHaveLength(1);
    frames.splice(0);
    queue.retryWaiting();
    await waiting?.settled;
    expect(frames).toEqual([text('b', 900)]);
  });

  it('has streams go on when everything that was held has left', async () => {
    const { queue, read } = queueBefore();
    expect(queue.whenWritable()).toBeUndefined();
    for (const each of texts('abcd')) queue.write(each);
    let isWritable = false;
    void queue.whenWritable()?.then(() => (isWritable = true));
    read();
    await Promise.resolve();
    expect(isWritable).toBe(false);
    read();
    await Promise.resolve();
    expect(isWritable).toBe(true);
    expect(queue.whenWritable()).toBeUndefined();
  });

  it('hands everything over before the connection closes, and nothing later', async () => {
    const { queue, frames, wait } = queueBefore();
    for (const each of texts('abcd')) queue.write(each);
    const waiting = wait(text('e', 400));
    queue.write('goodbye');
    queue.finish();
    await waiting?.settled;
    expect(frames).toEqual([...texts('abcd'), 'goodbye']);
    expect(queue.write('late')).toBe(true);
    expect(frames).toHaveLength(5);
    // A stream waits for the end: it would run without a pause otherwise.
    const end = queue.whenWritable();
    expect(end).toBeDefined();
    queue.end();
    await end;
    expect(frames).toHaveLength(5);
    expect(queue.whenWritable()).toBeUndefined();
  });
});
