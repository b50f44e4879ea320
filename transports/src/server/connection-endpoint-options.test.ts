import { describe, expect, it } from 'vitest';
import { connectionEndpointDefaults, resolveConnectionEndpointOptions } from './connection-endpoint-options.ts';

describe('resolveConnectionEndpointOptions', () => {
  it('fills in the defaults and freezes', () => {
    const options = resolveConnectionEndpointOptions({ sendTimeoutMs: 5 });
    expect(options).toEqual({ ...connectionEndpointDefaults, sendTimeoutMs: 5 });
    expect(Object.isFrozen(options)).toBe(true);
  });

  it('takes undefined for the default', () => {
    const given: object = { sendTimeoutMs: undefined };
    expect(resolveConnectionEndpointOptions(given).sendTimeoutMs).toBe(10_000);
  });

  it.each([
    [{ sendTimeoutMs: 0 }, 'sendTimeoutMs'],
    [{ sendTimeoutMs: NaN }, 'sendTimeoutMs'],
    [{ requestTimeoutMs: 0 }, 'requestTimeoutMs'],
    [{ longPollingTimeoutMs: '90' }, 'longPollingTimeoutMs'],
    [{ maximumConnections: -1 }, 'maximumConnections'],
    [{ minimumNegotiateVersion: 2 }, 'minimumNegotiateVersion'],
    [{ transports: [] }, 'transports'],
    [{ transports: ['websockets'] }, 'websockets'],
    [{ transports: ['LongPolling', 'LongPolling'] }, 'twice'],
    [{ transports: [{ name: 'Own' }] }, 'transports'],
    [{ allowedOrigins: 'https://a.example' }, 'allowedOrigins'],
    [{ allowedOrigins: ['a.example'] }, 'a.example'],
    [{ allowedOrigins: ['https://a.example/'] }, 'https://a.example/'],
    [{ authenticate: 'jwt' }, 'authenticate'],
    [{ logger: {} }, 'log method'],
    [{ cors: true }, 'cors'],
    [{ perMessageDeflate: true }, 'perMessageDeflate'],
    [{ sendTimeout: 5 }, 'sendTimeout is not an option'],
  ])('refuses %j', (options, text) => {
    const refusal = { code: 'TRANSPORT_INVALID_OPTIONS', message: expect.stringContaining(text) as string };
    expect(() => resolveConnectionEndpointOptions(options as object)).toThrow(expect.objectContaining(refusal));
  });
});
