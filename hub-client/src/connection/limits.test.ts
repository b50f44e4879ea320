import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { rejectionOf } from '../testing/rejection-of.ts';
import { deferred } from './deferred.ts';
import { watchLimits, withLimits } from './limits.ts';

describe('watchLimits', () => {
  it('tells when the time is over, and when the signal aborts', async () => {
    const clock = new ManualClock();
    const owner = new AbortController();
    const reasons: string[] = [];
    const take = ({ message }: Error): void => void reasons.push(message);
    watchLimits({ clock, timeoutMs: 10 }, take);
    watchLimits({ clock, signal: owner.signal }, take);
    await clock.advance(10);
    owner.abort(new Error('stopped'));
    expect(reasons).toEqual(['It took more than 10 ms.', 'stopped']);
  });

  it('tells at once that the signal has aborted already', () => {
    const reasons: string[] = [];
    const signal = AbortSignal.abort(new Error('stopped'));
    watchLimits({ clock: new ManualClock(), signal, timeoutMs: 1 }, ({ message }) => reasons.push(message));
    expect(reasons).toEqual(['stopped']);
  });

  it('says nothing more once it was ended, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const owner = new AbortController();
    let calls = 0;
    watchLimits({ clock, signal: owner.signal, timeoutMs: 10 }, () => calls++)();
    expect(clock.pending).toBe(0);
    await clock.advance(10);
    owner.abort();
    expect(calls).toBe(0);
  });
});

describe('withLimits', () => {
  it('settles as the work does, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    expect(await withLimits({ clock, timeoutMs: 10 }, Promise.resolve('done'))).toBe('done');
    const failed = withLimits({ clock, timeoutMs: 10 }, Promise.reject(new Error('no route')));
    expect(await rejectionOf(failed)).toMatchObject({ message: 'no route' });
    await settled();
    expect(clock.pending).toBe(0);
  });

  it('does not wait for work that goes on, and gives away what comes of it', async () => {
    const work = deferred<string>();
    const late: string[] = [];
    const signal = AbortSignal.abort(new Error('stopped'));
    const outcome = withLimits({ clock: new ManualClock(), signal }, work.promise, (value) => late.push(value));
    expect(await rejectionOf(outcome)).toMatchObject({ message: 'stopped' });
    work.resolve('late');
    await settled();
    expect(late).toEqual(['late']);
  });
});
