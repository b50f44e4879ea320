import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CloseReason, ConnectionReceiver } from './connection.ts';
import { ReceiveQueue } from './receive-queue.ts';

const local: CloseReason = { kind: 'local' };
const remote: CloseReason = { kind: 'remote' };

function recorder() {
  const log: string[] = [];
  const receiver: ConnectionReceiver = {
    onFrame: (frame) => void log.push(String(frame)),
    onDrain: () => void log.push('drain'),
    onClose: ({ kind }) => void log.push(kind),
  };
  return { log, receiver };
}

const settled = () => new Promise(setImmediate);

describe('ReceiveQueue', () => {
  it('says when more waits than may, unless it is on its way to the receiver', () => {
    const queue = new ReceiveQueue(2);
    expect([queue.push('1'), queue.push('a longer one'), queue.push('3')]).toEqual([true, true, false]);
    queue.start(recorder().receiver);
    expect(queue.push('4567')).toBe(true);
    queue.pause();
    expect(queue.push('8')).toBe(false);
  });

  it('holds an orderly end back with the frames before it, but not a sudden one', async () => {
    const { log, receiver } = recorder();
    const queue = new ReceiveQueue(9);
    queue.start(receiver);
    queue.pause();
    queue.push('held');
    queue.end(remote);
    await settled();
    expect(log).toEqual([]);
    queue.cut(local);
    await settled();
    expect(log).toEqual(['local']);
  });

  it('tells an end that has nothing before it also while paused', async () => {
    const { log, receiver } = recorder();
    const queue = new ReceiveQueue(9);
    queue.start(receiver);
    queue.pause();
    queue.end(remote);
    await settled();
    expect(log).toEqual(['remote']);
  });

  it('drains also while paused', async () => {
    const { log, receiver } = recorder();
    const queue = new ReceiveQueue(9);
    queue.start(receiver);
    queue.pause();
    queue.push('held');
    queue.drain();
    await settled();
    expect(log).toEqual(['drain']);
  });

  it('keeps order, loses nothing and ends once, whatever the owner does', async () => {
    const step = fc.constantFrom('push', 'pause', 'resume', 'drain', 'wait');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(40), fc.boolean(), async (steps, startAt, isCut) => {
        const { log, receiver } = recorder();
        const queue = new ReceiveQueue(9);
        let pushed = 0;
        for (const [index, name] of [...steps, 'wait'].entries()) {
          if (index === Math.min(startAt, steps.length)) queue.start(receiver);
          if (name === 'push') queue.push(String(pushed++));
          else if (name === 'wait') await settled();
          else queue[name as 'pause' | 'resume' | 'drain']();
        }
        const before = log.filter((entry) => entry !== 'drain').length;
        if (isCut) queue.cut(local);
        else queue.end(remote);
        queue.resume();
        await settled();
        const told = log.filter((entry) => entry !== 'drain');
        const frames = Array.from({ length: isCut ? before : pushed }, (_, index) => String(index));
        expect(told).toEqual([...frames, isCut ? 'local' : 'remote']);
        expect(queue.bytes).toBe(0);
      }),
    );
  });
});
