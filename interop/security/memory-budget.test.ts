import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hubEvents, type LimitReachedEvent, type MemoryEvent } from '@hubwire/hub-server';
import { within } from '../src/within.ts';
import { upgradeRequest } from './testing/raw-socket.ts';
import { Victim } from './testing/victim.ts';

const high = 1_000;
let bytes = 0;
const states: string[] = [];
let moved = (): void => {};
const note = (event: unknown): void => {
  states.push((event as MemoryEvent).state);
  moved();
};

beforeEach(() => {
  bytes = 0;
  states.length = 0;
  subscribe(hubEvents.memory, note);
});
afterEach(() => void unsubscribe(hubEvents.memory, note));

const start = (): Promise<Victim> =>
  Victim.start({ memoryBudget: { highBytes: high, checkIntervalMs: 10, readBytes: () => bytes } });

/** Sets what the process holds, and resolves when the server has taken notice. */
async function hold(amount: number, state: string): Promise<void> {
  const seen = new Promise<void>((resolve) => (moved = resolve));
  bytes = amount;
  await within(seen, `the server is ${state}`);
  expect(states.at(-1)).toBe(state);
}

describe('a process above its memory budget', () => {
  it('refuses new connections over HTTP and over bare sockets, serves those it keeps, and recovers', async () => {
    await using victim = await start();
    await hold(high + 1, 'shedding');
    // Between the marks: nobody is let go, nobody is let in.
    bytes = high;
    const refused = await victim.request('/hub/negotiate?negotiateVersion=1', { method: 'POST' });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    const socket = await victim.raw();
    const head = await socket.ask(upgradeRequest('/hub'), 'the upgrade is answered');
    expect(head).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 5/u);
    await socket.closed('the socket closes');
    expect(victim.hub.counters().limits).toEqual({ memoryBudget: 2 });
    await hold(0, 'recovered');
    const client = await victim.client();
    expect(await client.call('ping')).toEqual({ kind: 'result', result: 'pong' });
    client.cut();
    await victim.whenConnected(0);
  });

  it('forgets negotiations before it cuts those who do not read, and sends others away last', async () => {
    await using victim = await start();
    const order: string[] = [];
    const tokens = await victim.negotiate();
    const reader = await victim.client();
    const stuck = await victim.client();
    stuck.socket.pause();
    for (let count = 0; count < 300; count++) await reader.call('broadcast', 'x'.repeat(30_000));
    const connected = victim.hub.connectionCount;
    const noteLimit = (event: unknown): void => {
      const { limit, connectionId } = event as LimitReachedEvent;
      if (limit === 'memoryBudget') order.push(connectionId === undefined ? 'a negotiation' : 'a connection');
    };
    subscribe(hubEvents.limitReached, noteLimit);
    try {
      const ended = reader.closedWith('the reader is sent away');
      await hold(high + 1, 'shedding');
      await ended;
      expect(order[0]).toBe('a negotiation');
      expect(order.slice(1)).toEqual(Array.from({ length: connected }, () => 'a connection'));
    } finally {
      unsubscribe(hubEvents.limitReached, noteLimit);
    }
    expect((await victim.request(tokens)).status).toBe(404);
    await victim.whenConnected(0);
    await hold(0, 'recovered');
    stuck.cut();
  });
});
