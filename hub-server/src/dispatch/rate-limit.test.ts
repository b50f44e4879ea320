import { beforeEach, describe, expect, it } from 'vitest';
import { Hub, hubMethod, rateLimit, type RateLimitOptions } from '../index.ts';
import type { TestClient } from '../testing/test-client.ts';
import { serveHub, type TestHubServer } from '../testing/test-hub-server.ts';

let time = 0;
beforeEach(() => {
  time = 1_000;
});

let calls = 0;

class LimitedHub extends Hub {
  @hubMethod() call(): void {
    calls += 1;
  }
  @hubMethod() costly(): void {
    calls += 1;
  }
}

function limited(options: RateLimitOptions): TestHubServer {
  return serveHub(LimitedHub, { filters: [rateLimit({ now: () => time, ...options })] });
}

/** How many of so many calls were let through. */
async function allowed(client: TestClient, count: number, target = 'call'): Promise<number> {
  let passed = 0;
  for (let call = 0; call < count; call += 1) {
    await client.invoke(target).then(
      () => (passed += 1),
      () => undefined,
    );
  }
  return passed;
}

describe('rateLimit', () => {
  it('lets a burst through, and then so many a second', async () => {
    await using host = limited({ perConnection: { perSecond: 2, burst: 5 } });
    const client = await host.connect();
    expect(await allowed(client, 10)).toBe(5);
    time += 499;
    expect(await allowed(client, 10)).toBe(0);
    time += 1;
    expect(await allowed(client, 10)).toBe(1);
    time += 60_000;
    expect(await allowed(client, 10)).toBe(5);
  });

  it('tells the caller, and does not run the method', async () => {
    await using host = limited({ perConnection: { perSecond: 1 }, message: 'Slowly!' });
    const client = await host.connect();
    await client.invoke('call');
    const before = calls;
    await expect(client.invoke('call')).rejects.toThrow(
      new Error("An unexpected error occurred invoking 'call' on the server. HubException: Slowly!"),
    );
    expect(calls).toBe(before);
  });

  it('counts calls of unknown methods', async () => {
    await using host = limited({ perConnection: { perSecond: 1, burst: 3 } });
    const client = await host.connect();
    await allowed(client, 3, 'absent');
    await expect(client.invoke('absent')).rejects.toThrow('Too many calls');
  });

  it('keeps connections apart and adds up those of a user', async () => {
    await using host = limited({ perConnection: { perSecond: 1, burst: 4 }, perUser: { perSecond: 1, burst: 5 } });
    const [ann1, ann2] = [await host.connect({ user: { id: 'ann' } }), await host.connect({ user: { id: 'ann' } })];
    const anonymous = await host.connect();
    expect(await allowed(ann1, 10)).toBe(4);
    expect(await allowed(ann2, 10)).toBe(1);
    expect(await allowed(anonymous, 10)).toBe(4);
  });

  it('limits single methods', async () => {
    await using host = limited({ perMethod: { costly: { perSecond: 1, burst: 2 } } });
    const client = await host.connect();
    expect(await allowed(client, 10, 'COSTLY')).toBe(2);
    expect(await allowed(client, 10)).toBe(10);
  });

  it('keeps no more buckets than it may', async () => {
    await using host = limited({ perConnection: { perSecond: 1, burst: 1 }, maximumBuckets: 10 });
    const first = await host.connect();
    expect(await allowed(first, 2)).toBe(1);
    for (let other = 0; other < 9; other += 1) expect(await allowed(await host.connect(), 2)).toBe(1);
    expect(await allowed(first, 1)).toBe(0);
    // The eleventh needs room: nobody is at rest, so the oldest are forgotten.
    expect(await allowed(await host.connect(), 2)).toBe(1);
    expect(await allowed(first, 1)).toBe(1);
  });

  it.each([
    [{ perConnection: { perSecond: 0 } }],
    [{ perUser: { perSecond: -1 } }],
    [{ perMethod: { call: { perSecond: 1, burst: 0 } } }],
    [{ perConnection: { perSecond: Number.NaN } }],
  ])('refuses %j', (options) => {
    expect(() => rateLimit(options)).toThrow('An option of the hub server is not valid.');
  });
});
