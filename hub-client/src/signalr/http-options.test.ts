import { nullLogger } from '@hubwire/transports';
import { describe, expect, it } from 'vitest';
import { HttpTransportType, toHttpConnectionOptions, type IHttpConnectionOptions } from './http-options.ts';

const { WebSockets, ServerSentEvents, LongPolling, None } = HttpTransportType;

describe('toHttpConnectionOptions', () => {
  it('leaves everything that is not given to its default', () => {
    expect(toHttpConnectionOptions({}, nullLogger)).toEqual({ logger: nullLogger });
  });

  it('gives each option on under its own name', () => {
    const options: IHttpConnectionOptions = {
      headers: { a: 'b' },
      skipNegotiation: true,
      withCredentials: false,
      timeout: 5,
      logMessageContent: true,
      WebSocket: function OwnSocket() {} as never,
      EventSource: function OwnSource() {} as never,
    };
    expect(toHttpConnectionOptions(options, nullLogger)).toEqual({
      headers: { a: 'b' },
      skipNegotiation: true,
      withCredentials: false,
      timeoutMs: 5,
      WebSocket: options.WebSocket,
      EventSource: options.EventSource,
      logger: nullLogger,
    });
  });

  it.each([
    [None, undefined],
    [undefined, undefined],
    [WebSockets, ['WebSockets']],
    [ServerSentEvents | LongPolling, ['ServerSentEvents', 'LongPolling']],
    [7, ['WebSockets', 'ServerSentEvents', 'LongPolling']],
  ])('reads the transports %j', (transport, expected) => {
    const options = transport === undefined ? {} : { transport };
    expect(toHttpConnectionOptions(options, nullLogger).transports).toEqual(expected);
  });

  it('asks for tokens with the options as this', async () => {
    const options = {
      token: 'secret',
      accessTokenFactory(this: { token: string }) {
        return this.token;
      },
    };
    expect(await toHttpConnectionOptions(options, nullLogger).accessTokenFactory?.()).toBe('secret');
  });

  it('logs to a logger of its own', () => {
    const lines: string[] = [];
    const options: IHttpConnectionOptions = { logger: { log: (_level, message) => void lines.push(message) } };
    toHttpConnectionOptions(options, nullLogger).logger?.log('error', 'event');
    expect(lines).toEqual(['event']);
  });
});
