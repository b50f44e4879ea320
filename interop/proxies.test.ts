import { afterEach, describe, expect, it } from 'vitest';
import { createHubConnection, type ConnectOptions, type HubConnection } from '@hubwire/hub-client';

import { describeProxy } from '../scripts/testing/proxies/describe-proxy.ts';
import { startProxy } from '../scripts/testing/proxies/proxy.ts';
import type { ConformanceHost } from './src/host-availability.ts';
import { hubwireClient } from './src/hubwire-client.ts';
import { allCombinations } from './src/interop-case.ts';
import { defineInteropSuite } from './src/interop-suite.ts';
import { openEventStream } from './src/proxies/event-stream.ts';
import { startHoldingProxy } from './src/proxies/holding-proxy.ts';
import { startProxiedHost } from './src/proxies/proxied-host.ts';
import type { RunningProxy } from './src/proxies/running-proxy.ts';
import { adjacentStreams, signalrClient } from './src/signalr-client.ts';
import { within } from './src/within.ts';

const chapters = ['client methods', 'streams', 'uploads', 'client results', 'caller', 'lifecycle', 'volume'] as const;
// Each transport once, and both encodings: a proxy does not know which of them it carries.
const combinations = allCombinations.filter(
  ({ transport, protocol }) => (protocol === 'messagepack') === (transport === 'LongPolling'),
);

for (const kind of ['nginx', 'caddy'] as const) {
  describeProxy(kind, () => {
    const startHost = () => startProxiedHost((upstream) => startProxy(kind, upstream));
    defineInteropSuite({ startHost, client: hubwireClient, combinations, chapters });
    defineInteropSuite({ startHost, client: signalrClient(10), combinations, chapters, skip: [adjacentStreams] });
  });
}

describe('a client that may choose its transport', () => {
  let host: ConformanceHost;
  let hub: HubConnection | undefined;

  afterEach(async () => {
    await hub?.stop();
    await host?.[Symbol.asyncDispose]();
  });

  async function start(startProxy: (upstreamUrl: string) => Promise<RunningProxy>): Promise<void> {
    const availability = await startProxiedHost(startProxy);
    if (availability.kind === 'missing') throw new Error(availability.reason);
    host = availability.host;
  }

  async function transportChosen(options: ConnectOptions = {}): Promise<unknown> {
    hub = createHubConnection(`${host.url}/testhub`, options);
    await within(hub.start(), 'the client connects', 20_000);
    return hub.invoke('GetActiveTransportName');
  }

  for (const kind of ['nginx', 'caddy'] as const) {
    describeProxy(kind, () => {
      it('chooses WebSockets where they pass', async () => {
        await start((upstream) => startProxy(kind, upstream));
        expect(await transportChosen()).toBe('WebSockets');
      });

      it('chooses Server-Sent Events where WebSockets are blocked', async () => {
        await start((upstream) => startProxy(kind, upstream, { blocksWebSockets: true }));
        expect(await transportChosen()).toBe('ServerSentEvents');
        expect(await hub?.invoke('Echo', 'by another way')).toBe('by another way');
      });

      it('has events as soon as they are sent', async () => {
        await start((upstream) => startProxy(kind, upstream));
        // A proxy that held them back would give the first after the server's keep-alive at the earliest: 15 s.
        const { firstEvent, elapsedMs } = await within(openEventStream(`${host.url}/testhub`), 'the first event', 5000);
        expect(firstEvent).toContain('data: {}\u001e');
        console.info(`${kind}: the first event came after ${elapsedMs} ms`);
      });
    });
  }

  describeProxy('nginx', () => {
    it('chooses long polling where event streams are held back', async () => {
      await start((upstream) => startProxy('nginx', upstream, { blocksWebSockets: true, buffersEvents: true }));
      // Not even their head comes.
      expect(await transportChosen({ connectTimeoutMs: 1000 })).toBe('LongPolling');
      expect(await hub?.invoke('Echo', 'by the last way')).toBe('by the last way');
    });
  });

  it('chooses long polling where event streams open and no event comes', async () => {
    await start(startHoldingProxy);
    expect(await transportChosen({ handshakeTimeoutMs: 1000 })).toBe('LongPolling');
    expect(await hub?.invoke('Echo', 'by the last way')).toBe('by the last way');
  });
});
