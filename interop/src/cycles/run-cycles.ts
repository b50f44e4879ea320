import { createHubConnection } from '@hubwire/hub-client';

import type { TransportName } from '../interop-client.ts';
import { within } from '../within.ts';
import { WireCycle } from './wire-cycle.ts';

const atATime = 4;

/** Connects and leaves `count` times by clients that cost next to nothing themselves: the server is on trial. */
export async function runWireCycles(url: string, transport: TransportName, count: number): Promise<void> {
  using cycle = new WireCycle(url, transport);
  await repeat(count, () => cycle.run());
}

/** Connects, calls and leaves with our own client, a new one each time; gives those that were not collected yet. */
export async function runClientCycles(
  url: string,
  transport: TransportName,
  count: number,
): Promise<() => readonly object[]> {
  const hubs: WeakRef<object>[] = [];
  await repeat(count, async () => {
    await using hub = createHubConnection(url, { transports: [transport], reconnect: null });
    hubs.push(new WeakRef(hub));
    await within(hub.start(), 'the connection opens', 15_000);
    const echoed = await within(hub.invoke('Echo', transport), 'the call is answered', 15_000);
    if (echoed !== transport) throw new Error(`The call was answered with ${String(echoed)}.`);
  });
  return () => hubs.flatMap((hub) => hub.deref() ?? []);
}

async function repeat(count: number, cycle: () => Promise<void>): Promise<void> {
  let begun = 0;
  const runner = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      await cycle();
    }
  };
  await Promise.all(Array.from({ length: atATime }, runner));
}
