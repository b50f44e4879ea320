import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withDeadline } from './deadline.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('what fetch says')));
  });

describe('withDeadline', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives the result and leaves no timer behind', async () => {
    await expect(withDeadline({ ms: 10 }, async () => 'done')).resolves.toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts the work when the time is up', async () => {
    const work = withDeadline({ ms: 10 }, untilAborted);
    await Promise.all([
      expect(work).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' }),
      vi.advanceTimersByTimeAsync(10),
    ]);
  });

  it("rejects with the owner's own reason when it gives up", async () => {
    const owner = new AbortController();
    const work = withDeadline({ ms: 10, signal: owner.signal }, untilAborted);
    owner.abort(new Error('stopped'));
    await expect(work).rejects.toThrow('stopped');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin for an owner who has given up already', async () => {
    let hasBegun = false;
    const work = async () => void (hasBegun = true);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(withDeadline({ ms: 10, signal }, work)).rejects.toThrow('stopped');
    expect(hasBegun).toBe(false);
  });

  it('does not wait for work that does not listen, and gives away what comes of it', async () => {
    const late: string[] = [];
    let finish: (result: string) => void = () => {};
    const work = () => new Promise<string>((resolve) => (finish = resolve));
    const outcome = withDeadline({ ms: 10 }, work, (result) => late.push(result));
    await Promise.all([
      expect(outcome).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT' }),
      vi.advanceTimersByTimeAsync(10),
    ]);
    finish('late');
    await Promise.resolve();
    expect(late).toEqual(['late']);
  });

  it('keeps the error of work that failed by itself', async () => {
    await expect(withDeadline({ ms: 10 }, () => Promise.reject(new Error('no route')))).rejects.toThrow('no route');
  });
});
