import { describe, expect, it } from 'vitest';
import { KeepAlive } from './keep-alive.ts';

const options = { pingIntervalMs: 15, timeoutMs: 30 };

describe('KeepAlive', () => {
  it('pings when nothing was sent for the interval', () => {
    const keepAlive = new KeepAlive(options, 100);
    expect(keepAlive.check(114)).toBe('quiet');
    expect(keepAlive.check(115)).toBe('ping');
    keepAlive.sent(115);
    keepAlive.received(115);
    expect(keepAlive.check(129)).toBe('quiet');
    expect(keepAlive.check(130)).toBe('ping');
  });

  it('gives a silent peer up, however much was sent to it', () => {
    const keepAlive = new KeepAlive(options, 0);
    keepAlive.sent(29);
    expect(keepAlive.check(29)).toBe('quiet');
    expect(keepAlive.check(30)).toBe('timeout');
    keepAlive.received(30);
    expect(keepAlive.check(43)).toBe('quiet');
  });

  it('never pings or times out where the option is Infinity', () => {
    const keepAlive = new KeepAlive({ pingIntervalMs: Infinity, timeoutMs: Infinity }, 0);
    expect(keepAlive.check(1e12)).toBe('quiet');
    expect(keepAlive.quietForMs(1e12)).toBe(Infinity);
  });

  it('says how long nothing will be due', () => {
    const keepAlive = new KeepAlive(options, 0);
    expect(keepAlive.quietForMs(0)).toBe(15);
    keepAlive.sent(10);
    expect(keepAlive.quietForMs(10)).toBe(15);
    keepAlive.sent(20);
    expect(keepAlive.quietForMs(20)).toBe(10);
  });

  it('asks for a look in the future also when something is due', () => {
    expect(new KeepAlive(options, 0).quietForMs(1000)).toBe(1);
  });
});
