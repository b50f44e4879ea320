import { describe, expect, it } from 'vitest';
import type { CloseReason, Frame } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { InboundDelivery } from './inbound-delivery.ts';

const remote: CloseReason = { kind: 'remote' };
const failed: CloseReason = { kind: 'failed', error: new TransportError('TRANSPORT_FAILED') };
const microtasks = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp(react: (frame: Frame, delivery: InboundDelivery) => void = () => {}) {
  const seen: (Frame | CloseReason)[] = [];
  const faults: unknown[] = [];
  let depth = 0;
  const alone = (entry: Frame | CloseReason, action = () => {}) => {
    expect(++depth).toBe(1);
    seen.push(entry);
    try {
      action();
    } finally {
      depth--;
    }
  };
  const delivery = new InboundDelivery((error) => faults.push(error));
  const start = () =>
    delivery.start({
      onFrame: (frame) => alone(frame, () => react(frame, delivery)),
      onDrain: () => alone('drained'),
      onClose: (reason) => alone(reason),
    });
  return { delivery, seen, faults, start };
}

describe('InboundDelivery', () => {
  it('delivers at once when nothing is in the way', async () => {
    const { delivery, seen, start } = setUp();
    start();
    await microtasks();
    delivery.push('a');
    expect(seen).toEqual(['a']);
  });

  it('keeps frames and the end for a receiver that starts later', async () => {
    const { delivery, seen, start } = setUp();
    delivery.push('a');
    delivery.end(remote);
    delivery.push('too late');
    await microtasks();
    start();
    expect(seen).toEqual([]);
    await microtasks();
    expect(seen).toEqual(['a', remote]);
  });

  it('delivers one at a time what comes in while the receiver is busy', async () => {
    const { delivery, seen, start } = setUp((frame, inner) => {
      if (frame === 'a') inner.push('b');
      if (frame === 'b') inner.end(remote);
    });
    start();
    await microtasks();
    delivery.push('a');
    await microtasks();
    expect(seen).toEqual(['a', 'b', remote]);
  });

  it('stops in the middle when paused from within, and goes on when resumed from within', async () => {
    const { delivery, seen, start } = setUp((frame, inner) => {
      if (frame === 'a') inner.pause();
      if (frame === 'c') {
        inner.pause();
        inner.resume();
      }
    });
    for (const frame of ['a', 'b', 'c', 'd']) delivery.push(frame);
    start();
    await microtasks();
    expect(seen).toEqual(['a']);
    delivery.resume();
    expect(seen).toEqual(['a']);
    await microtasks();
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives an orderly end after held frames, and at once when there are none', async () => {
    const holding = setUp();
    holding.start();
    holding.delivery.pause();
    holding.delivery.push('held');
    holding.delivery.end(remote);
    await microtasks();
    expect(holding.seen).toEqual([]);
    holding.delivery.resume();
    await microtasks();
    expect(holding.seen).toEqual(['held', remote]);
    const idle = setUp();
    idle.start();
    idle.delivery.pause();
    idle.delivery.end(remote);
    await microtasks();
    expect(idle.seen).toEqual([remote]);
  });

  it('drops what waits when cut, and says so once, never from within', async () => {
    const { delivery, seen, start } = setUp();
    start();
    delivery.pause();
    delivery.push('dropped');
    delivery.drain();
    delivery.cut(failed);
    delivery.cut(remote);
    delivery.end(remote);
    delivery.push('ignored');
    expect(seen).toEqual([]);
    await microtasks();
    expect(seen).toEqual([remote]);
  });

  it('tells the sender once a frame is taken: before its delivery, and not if it is dropped', async () => {
    const taken: string[] = [];
    const { delivery, seen, start } = setUp((frame) => taken.push(`delivered ${String(frame)}`));
    const push = (frame: string) => delivery.push(frame, () => taken.push(`taken ${frame}`));
    push('first');
    push('second');
    expect(taken).toEqual(['taken first']);
    start();
    await microtasks();
    expect(taken.slice(1)).toEqual(['delivered first', 'taken second', 'delivered second']);
    delivery.pause();
    push('third');
    delivery.end(remote);
    delivery.resume();
    await microtasks();
    expect(seen).toEqual(['first', 'second', remote]);
    expect(taken).toHaveLength(4);
  });

  it('reports what a receiver throws and goes on', async () => {
    const { delivery, seen, faults, start } = setUp((frame) => {
      if (frame === 'bad') throw new Error('handler bug');
    });
    start();
    await microtasks();
    delivery.push('bad');
    delivery.push('good');
    expect(seen).toEqual(['bad', 'good']);
    expect(faults).toHaveLength(1);
  });

  it('can be started once', () => {
    const { start } = setUp();
    start();
    expect(start).toThrow('only once');
  });
});
