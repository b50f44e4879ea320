import { afterEach, describe, expect, it, vi } from 'vitest';
import { LogLevel, NullLogger, toLogger } from './logging.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('toLogger', () => {
  it('gives a logger of @microsoft/signalr one line per event', () => {
    const lines: unknown[] = [];
    const logger = toLogger({ log: (level, message) => lines.push([level, message]) });
    logger.log('warning', 'no handler', { target: 'x', count: 1 });
    logger.log('trace', 'bare');
    expect(lines).toEqual([
      [LogLevel.Warning, 'no handler target=x count=1'],
      [LogLevel.Trace, 'bare'],
    ]);
  });

  it.each([
    [LogLevel.Warning, ['warn', 'error']],
    ['INFO', ['info', 'warn', 'error']],
    ['information', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    [LogLevel.Trace, ['debug', 'info', 'warn', 'error']],
    [LogLevel.None, []],
    ['none', []],
  ])('writes to the console from %s on', (lowest, expected) => {
    const used: string[] = [];
    for (const method of ['debug', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation(() => void used.push(method));
    }
    const logger = toLogger(lowest);
    for (const level of ['debug', 'information', 'warning', 'error'] as const) logger.log(level, 'event');
    expect(used).toEqual(expected);
  });
});

describe('NullLogger', () => {
  it('takes everything', () => {
    expect(NullLogger.instance.log(LogLevel.Critical, 'nothing')).toBeUndefined();
  });
});
