import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHubServer, Hub, hubEvents, hubMethod, type MemoryBudgetOptions } from '../index.ts';
import { serveHub, settled, type TestHubServer } from '../testing/test-hub-server.ts';
import { resolveMemoryBudget } from './memory-budget-options.ts';

class ChattyHub extends Hub {
  @hubMethod() ping(): string {
    return 'pong';
  }
  @hubMethod() fill(bytes: number): void {
    void this.clients.caller['told']?.('x'.repeat(bytes));
  }
}

const high = 1_000;
const low = 800;

/** A hub in a process whose memory is what the test says. */
function serveWithin(options: Partial<MemoryBudgetOptions> = {}) {
  const memory = { bytes: 0 };
  const memoryBudget = { highBytes: high, lowBytes: low, readBytes: () => memory.bytes, ...options };
  const host = serveHub(ChattyHub, { memoryBudget, sendQueueBytes: 1_048_576 });
  const look = async (bytes: number): Promise<void> => {
    memory.bytes = bytes;
    vi.advanceTimersByTime(1_000);
    await settled();
  };
  return { host, look };
}

function logged({ logger }: TestHubServer): readonly string[] {
  return logger.events.filter(({ level }) => level === 'warning').map(({ event }) => event);
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => vi.useRealTimers());

describe('a memory budget', () => {
  it('does nothing up to the high mark', async () => {
    const { host, look } = serveWithin();
    await using _host = host;
    const client = await host.connect();
    await look(high);
    expect(await client.invoke('ping')).toBe('pong');
    expect(logged(host)).toEqual([]);
  });

  it('sends the newest clients away first, no more of them than maximumShed at one look', async () => {
    const { host, look } = serveWithin({ maximumShed: 2 });
    await using _host = host;
    const clients = [await host.connect()];
    for (let count = 0; count < 4; count++) {
      vi.advanceTimersByTime(1_000);
      clients.push(await host.connect());
    }
    await look(high + 1);
    expect(host.hub.connectionCount).toBe(3);
    for (const client of clients.slice(3)) expect(await client.closeMessage()).toMatchObject({ allowReconnect: true });
    await look(high + 1);
    expect(host.hub.connectionCount).toBe(1);
    expect(await clients[0]?.invoke('ping')).toBe('pong');
    expect(host.hub.counters()).toMatchObject({ limits: { memoryBudget: 4 }, errors: { HUB_MEMORY_BUDGET: 4 } });
  });

  it('cuts those off that do not read, the largest queue first, before it sends others away', async () => {
    const { host, look } = serveWithin({ maximumShed: 1 });
    await using _host = host;
    const reader = await host.connect();
    const [small, large] = [await host.connect(), await host.connect()];
    for (const [client, bytes] of [
      [small, 100_000],
      [large, 200_000],
    ] as const) {
      client.pause();
      client.send('fill', bytes);
    }
    await settled();
    await look(high + 1);
    expect(await large.closed()).toMatchObject({ kind: 'failed' });
    expect(host.hub.connectionCount).toBe(2);
    await look(high + 1);
    expect(await small.closed()).toMatchObject({ kind: 'failed' });
    expect(await reader.invoke('ping')).toBe('pong');
  });

  it('lets nobody go between the marks, and recovers below the low one', async () => {
    const { host, look } = serveWithin();
    await using _host = host;
    await host.connect();
    await look(high + 1);
    const client = await host.connect();
    await look(low);
    expect(await client.invoke('ping')).toBe('pong');
    expect(logged(host)).toEqual(['memoryBudgetExceeded', 'connectionsShed']);
    await look(low - 1);
    await look(high);
    expect(await client.invoke('ping')).toBe('pong');
    expect(logged(host)).toEqual(['memoryBudgetExceeded', 'connectionsShed', 'memoryBudgetKept']);
  });

  it('tells those who subscribed', async () => {
    const events: unknown[] = [];
    const note = (event: unknown): void => void events.push(event);
    subscribe(hubEvents.memory, note);
    try {
      const { host, look } = serveWithin();
      await using _host = host;
      await look(high + 1);
      await look(high + 1);
      await look(low - 1);
      expect(events).toEqual([
        { state: 'shedding', bytes: high + 1 },
        { state: 'recovered', bytes: low - 1 },
      ]);
    } finally {
      unsubscribe(hubEvents.memory, note);
    }
  });

  it('is looked at no more once the server is closed', async () => {
    const readBytes = vi.fn<() => number>(() => 0);
    const server = createHubServer({ memoryBudget: { highBytes: 1, readBytes } });
    vi.advanceTimersByTime(2_000);
    expect(readBytes).toHaveBeenCalledTimes(2);
    await server.close();
    vi.advanceTimersByTime(5_000);
    expect(readBytes).toHaveBeenCalledTimes(2);
  });

  it('has a low mark of its own, and reads what the process holds', () => {
    const { lowBytes, readBytes } = resolveMemoryBudget({ highBytes: 1_000 });
    expect(lowBytes).toBe(900);
    expect(readBytes()).toBeGreaterThan(1_048_576);
  });

  it.each([
    [{ highBytes: 0 }, 'highBytes'],
    [{ highBytes: Number.NaN }, 'highBytes'],
    [{ highBytes: 10, lowBytes: 11 }, 'lowBytes'],
    [{ highBytes: 10, checkIntervalMs: 0 }, 'checkIntervalMs'],
    [{ highBytes: 10, maximumShed: Infinity }, 'maximumShed'],
    [{ highBytes: 10, readBytes: 5 as never }, 'readBytes'],
    [5 as never, 'memoryBudget'],
  ])('refuses %o', (memoryBudget, name) => {
    expect(() => createHubServer({ memoryBudget })).toThrow(
      expect.objectContaining({ code: 'HUB_INVALID_OPTION', message: expect.stringContaining(name) }),
    );
  });

  it('is no option of one hub', () => {
    const server = createHubServer();
    const options: object = { memoryBudget: { highBytes: 1 } };
    expect(() => server.mapHub('/hub', ChattyHub, options)).toThrow('memoryBudget is an option of the server');
  });
});
