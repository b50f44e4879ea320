import { describe, expect, it } from 'vitest';
import { Hub, hubMethod } from './index.ts';
import { serveHub } from './testing/test-hub-server.ts';

class RequestHub extends Hub {
  @hubMethod() room(): string | null | undefined {
    return this.context.request?.query.get('room');
  }
  @hubMethod() session(): string | undefined {
    return this.context.request?.cookies.get('session');
  }
}

describe('the request of a caller', () => {
  it('has its query and cookies', async () => {
    await using host = serveHub(RequestHub);
    const request = { url: '/hub?room=one%2Ftwo', headers: { cookie: 'session=%C3%A4' } };
    const client = await host.connect({ request });
    expect(await client.invoke('room')).toBe('one/two');
    expect(await client.invoke('session')).toBe('ä');
  });

  it('has none when nothing was sent', async () => {
    await using host = serveHub(RequestHub);
    const client = await host.connect();
    expect(await client.invoke('room')).toBeNull();
    expect(await client.invoke('session')).toBeUndefined();
  });
});
