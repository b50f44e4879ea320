import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startConformanceServer, type ConformanceServer } from './src/conformance-server.ts';
import { holdings, openResources, settled } from './src/cycles/holdings.ts';
import { runClientCycles, runWireCycles } from './src/cycles/run-cycles.ts';
import type { TransportName } from './src/interop-client.ts';

const transports: readonly TransportName[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];
const wireCycles = 2000;
const clientCycles = 100;
/** A connection that stayed would hold several kilobytes; what is compiled and cached meanwhile is a fraction of that. */
const maximumBytesPerCycle = 1000;

/** A timer of somebody else's may have run out meanwhile: fewer is fine. */
function expectNoMore(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>): void {
  for (const [kind, count] of Object.entries(after)) {
    expect(count, `${kind} left behind`).toBeLessThanOrEqual(before[kind] ?? 0);
  }
}

describe('connecting and leaving', { timeout: 60_000 }, () => {
  let server: ConformanceServer;
  let url: string;

  beforeAll(async () => {
    server = await startConformanceServer({ host: '127.0.0.1', port: 0 });
    url = `${server.url}/testhub`;
  });
  afterAll(() => server.close());

  /** Also the sockets that HTTP clients keep open for a few seconds. */
  async function everyoneLeft(): Promise<void> {
    const isEmpty = () => server.connectionCount === 0 && openResources()['TCPSocketWrap'] === undefined;
    await settled(isEmpty, () => `${server.connectionCount} connections, ${JSON.stringify(openResources())}`);
  }

  it.each(transports)(`${wireCycles} times over %s leaves nothing with the server`, async (transport) => {
    const half = wireCycles / 2;
    const before = await holdings();
    const startedMs = performance.now();
    await runWireCycles(url, transport, half);
    // Compiled code and caches are there by now, and stay.
    const { heapBytes } = await holdings();
    await runWireCycles(url, transport, half);
    const cycleMs = (performance.now() - startedMs) / wireCycles;
    await everyoneLeft();
    const after = await holdings();
    const bytesPerCycle = (after.heapBytes - heapBytes) / half;
    console.info(`${transport}: ${cycleMs.toFixed(1)} ms and ${bytesPerCycle.toFixed(0)} B of heap per cycle`);
    expectNoMore(after.resources, before.resources);
    expect(bytesPerCycle).toBeLessThan(maximumBytesPerCycle);
  });

  it.each(transports)(`${clientCycles} times over %s leaves nothing with our client`, async (transport) => {
    const before = await holdings();
    const uncollected = await runClientCycles(url, transport, clientCycles);
    await everyoneLeft();
    const after = await holdings();
    expectNoMore(after.resources, before.resources);
    expect(uncollected()).toEqual([]);
  });
});
