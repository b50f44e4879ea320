import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpConnectionFactory } from './http-connection.ts';
import type { HttpConnectionOptions } from './http-connection-options.ts';

vi.mock('#web-socket', () => import('./platform/web-socket.browser.ts'));
vi.mock('#event-source', () => import('./platform/event-source.browser.ts'));

const negotiated = {
  connectionId: 'public',
  connectionToken: 'secret',
  negotiateVersion: 1,
  availableTransports: [
    { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
    { transport: 'ServerSentEvents', transferFormats: ['Text'] },
  ],
};

/** Any global of a browser that connects; it opens at once. */
function fakeGlobal(name: string, made: unknown[][]) {
  vi.stubGlobal(
    name,
    class extends EventTarget {
      readonly bufferedAmount = 0;
      constructor(...args: unknown[]) {
        super();
        made.push(args);
        queueMicrotask(() => this.dispatchEvent(new Event('open')));
      }
      close(): void {
        this.dispatchEvent(new Event('close'));
      }
    },
  );
}

function connect(options: HttpConnectionOptions = {}) {
  const factory = createHttpConnectionFactory('https://h/chat', {
    accessTokenFactory: () => 'a token',
    fetch: async () => Response.json(negotiated),
    ...options,
  });
  return factory('Text', AbortSignal.timeout(5_000));
}

describe('in a browser', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('connects by the WebSocket of the page, with the token in the query', async () => {
    const made: unknown[][] = [];
    fakeGlobal('WebSocket', made);
    expect((await connect()).transport).toBe('WebSockets');
    expect(made[0]?.[0]).toBe('wss://h/chat?id=secret&access_token=a%20token');
  });

  it('connects by the EventSource of the page, with the token in the query', async () => {
    const made: unknown[][] = [];
    vi.stubGlobal('WebSocket', undefined);
    fakeGlobal('EventSource', made);
    expect((await connect()).transport).toBe('ServerSentEvents');
    expect(made[0]?.[0]).toBe('https://h/chat?id=secret&access_token=a%20token');
    expect(made[0]?.[1]).toMatchObject({ withCredentials: true });
  });

  it('says so where the page has neither', async () => {
    vi.stubGlobal('WebSocket', undefined);
    vi.stubGlobal('EventSource', undefined);
    await expect(connect()).rejects.toMatchObject({
      code: 'TRANSPORT_NO_TRANSPORT',
      cause: { errors: [{ code: 'TRANSPORT_UNAVAILABLE' }, { code: 'TRANSPORT_UNAVAILABLE' }, {}] },
    });
  });

  it('keeps no cookies of its own', async () => {
    const sent: (string | null)[] = [];
    fakeGlobal('WebSocket', []);
    const fetch = async (_: unknown, init?: RequestInit) => {
      sent.push(new Headers(init?.headers).get('Cookie'));
      return Response.json(negotiated, { headers: { 'Set-Cookie': 'a=1' } });
    };
    vi.stubGlobal('WebSocket', undefined);
    await connect({ fetch, transports: ['WebSockets'] }).catch(() => {});
    expect(sent).toEqual([null]);
  });
});
