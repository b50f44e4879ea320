import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { within } from '../testing/within.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';

function createOutbox(options: Partial<OutboxOptions> = {}) {
  const bodies: Frame[] = [];
  const events: string[] = [];
  const outbox = new Outbox({
    post: async (body) => void bodies.push(body),
    sendBufferBytes: 10,
    maximumBodyBytes: 6,
    onDrain: () => events.push('drain'),
    onFailure: (error) => events.push(error.code),
    ...options,
  });
  return { outbox, bodies, events };
}

describe('Outbox', () => {
  it('joins the frames of one turn up to the size of a body', async () => {
    const { outbox, bodies } = createOutbox();
    for (const frame of ['aa', 'bb', 'cc', 'dd', 'a long one', 'e']) outbox.send(frame);
    await outbox.flushed();
    expect(bodies).toEqual(['aabbcc', 'dd', 'a long one', 'e']);
  });

  it('never joins text and bytes', async () => {
    const { outbox, bodies } = createOutbox();
    for (const frame of ['a', Uint8Array.of(1), Uint8Array.of(2, 3), 'b']) outbox.send(frame);
    await outbox.flushed();
    expect(bodies).toEqual(['a', Uint8Array.of(1, 2, 3), 'b']);
  });

  it('posts one body at a time, and counts the one on its way as buffered', async () => {
    const answers: (() => void)[] = [];
    const { outbox } = createOutbox({ post: () => new Promise<void>((resolve) => void answers.push(resolve)) });
    outbox.send('first');
    await Promise.resolve();
    outbox.send('next');
    expect([answers.length, outbox.bytes]).toEqual([1, 9]);
    answers[0]?.();
    await new Promise(setImmediate);
    expect([answers.length, outbox.bytes]).toEqual([2, 4]);
    answers[1]?.();
    await within(outbox.flushed(), 'all bodies');
    expect(outbox.bytes).toBe(0);
  });

  it('says no above the mark and drains once', async () => {
    const { outbox, events } = createOutbox();
    expect([outbox.send('1234567890'), outbox.send('x'), outbox.send('y')]).toEqual([true, false, false]);
    await outbox.flushed();
    expect(events).toEqual(['drain']);
    expect(outbox.send('z')).toBe(true);
  });

  it('stops at the first post that fails, and wraps what was thrown', async () => {
    let posts = 0;
    const { outbox, events } = createOutbox({
      post: async () => {
        posts++;
        throw new Error('no route');
      },
    });
    outbox.send('a');
    outbox.send('far too long to share a body');
    await outbox.flushed();
    expect([posts, events]).toEqual([1, ['TRANSPORT_FAILED']]);
  });

  it('keeps the code of a transport error', async () => {
    const error = new TransportError('TRANSPORT_TIMEOUT');
    const { outbox, events } = createOutbox({ post: () => Promise.reject(error) });
    outbox.send('a');
    await outbox.flushed();
    expect(events).toEqual(['TRANSPORT_TIMEOUT']);
  });

  it('loses, adds and reorders nothing', async () => {
    const frames = fc.array(fc.string({ maxLength: 9 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(frames, fc.integer({ min: 1, max: 20 }), async (frames, maximumBodyBytes) => {
        const { outbox, bodies } = createOutbox({ maximumBodyBytes });
        for (const frame of frames) outbox.send(frame);
        await outbox.flushed();
        expect(bodies.join('')).toBe(frames.join(''));
        const longest = Math.max(0, ...frames.map((frame) => frame.length));
        for (const body of bodies) expect(body.length).toBeLessThanOrEqual(Math.max(maximumBodyBytes, longest));
      }),
    );
  });
});
