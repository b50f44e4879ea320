import { describe, expect, it } from 'vitest';
import { hubClientDefaults, resolveHubClientOptions } from './hub-client-options.ts';

describe('resolveHubClientOptions', () => {
  it('takes the default for what is not given, or given as undefined', () => {
    const settings = resolveHubClientOptions({
      serverTimeoutMs: 5,
      ...Object.fromEntries([['keepAliveIntervalMs', undefined]]),
    });
    expect(settings).toEqual({ ...hubClientDefaults, serverTimeoutMs: 5, protocol: settings.protocol });
    expect(settings.protocol.name).toBe('json');
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it.each(Object.entries(hubClientDefaults).filter(([, value]) => typeof value === 'number'))(
    'refuses a %s that is not above zero',
    (name) => {
      for (const value of [0, -1, Number.NaN, '5']) {
        expect(() => resolveHubClientOptions({ [name]: value })).toThrow(
          expect.objectContaining({ code: 'HUB_CLIENT_INVALID_OPTION', message: expect.stringContaining(name) }),
        );
      }
    },
  );
});
