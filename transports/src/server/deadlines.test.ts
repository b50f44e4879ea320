import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/test-server.ts';
import { Deadlines } from './deadlines.ts';

describe('Deadlines', () => {
  it('expires what was not stopped in time, the oldest first', () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, 1_000);
    const expired: string[] = [];
    deadlines.start(() => expired.push('first'));
    clock.advance(600);
    deadlines.start(() => expired.push('second'));
    const stop = deadlines.start(() => expired.push('third'));
    clock.advance(400);
    expect(expired).toEqual(['first']);
    expect(stop()).toBe(true);
    clock.advance(600);
    expect(expired).toEqual(['first', 'second']);
  });

  it('says whether it was stopped in time', () => {
    const clock = new ManualClock();
    const stop = new Deadlines(clock, 1_000).start(() => {});
    clock.advance(1_000);
    expect(stop()).toBe(false);
  });

  it('has a timer only while something runs', () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock, 1_000);
    const stops = [deadlines.start(() => {}), deadlines.start(() => {})];
    expect(clock.timers).toBe(1);
    for (const stop of stops) stop();
    expect(clock.timers).toBe(0);
    deadlines.start(() => deadlines.start(() => {}));
    clock.advance(1_000);
    expect(clock.timers).toBe(1);
    clock.advance(1_000);
    expect(clock.timers).toBe(0);
  });
});
