import { expect } from 'vitest';

import type { Combination, InteropCase } from '../interop-case.ts';
import type { TransportName } from '../interop-client.ts';
import { rejection } from '../rejection.ts';

const singleTransport: Readonly<Record<string, TransportName>> = {
  '/testhub-websockets': 'WebSockets',
  '/testhub-sse': 'ServerSentEvents',
  '/testhub-longpolling': 'LongPolling',
};

// What does not depend on the transport is asked once per protocol.
const onWebSockets = ({ transport }: Combination): boolean => transport === 'WebSockets';

/** Where a client is sent, and what it is offered there. */
export const negotiateCases: readonly InteropCase[] = [
  {
    name: 'follows a redirect, again at every start',
    async run(context) {
      const path = `/redirect?baseUrl=${encodeURIComponent(context.baseUrl)}`;
      const connection = await context.connect({ path });
      const first = Number(await connection.invoke('GetNumRedirects'));
      expect(first).toBeGreaterThan(0);
      await connection.stop();
      await connection.start();
      expect(await connection.invoke('GetNumRedirects')).toBeGreaterThan(first);
    },
  },
  {
    name: 'counts no redirect where there was none',
    async run(context) {
      const connection = await context.connect();
      expect(await connection.invoke('GetNumRedirects')).toBeNull();
    },
  },
  {
    name: 'fails where negotiate answers 400, and where there is no hub',
    where: onWebSockets,
    async run(context) {
      expect(await rejection(context.create({ path: '/bad-negotiate' }).start())).toContain('400');
      expect(await rejection(context.create({ path: '/no-hub-here' }).start())).toContain('404');
    },
  },
  {
    name: 'connects to an endpoint with its transport alone',
    async run(context) {
      const { transport } = context.combination;
      const path = Object.keys(singleTransport).find((endpoint) => singleTransport[endpoint] === transport) ?? '';
      const connection = await context.connect({ path });
      expect(await connection.invoke('GetActiveTransportName')).toBe(transport);
    },
  },
  {
    name: 'does not connect to an endpoint without its transport',
    async run(context) {
      const { transport } = context.combination;
      const others = Object.keys(singleTransport).filter((endpoint) => singleTransport[endpoint] !== transport);
      for (const path of others) expect(await rejection(context.create({ path }).start())).not.toBe('');
    },
  },
  {
    name: 'falls back where there are no WebSockets',
    where: onWebSockets,
    async run(context) {
      const { client, baseUrl, combination } = context;
      const connection = client.create({ url: `${baseUrl}/testhub-nowebsockets`, protocol: combination.protocol });
      await connection.start();
      const fallback = combination.protocol === 'json' ? 'ServerSentEvents' : 'LongPolling';
      expect(await connection.invoke('GetActiveTransportName')).toBe(fallback);
      await connection.stop();
    },
  },
  {
    name: 'chooses WebSockets where all are offered',
    where: onWebSockets,
    async run(context) {
      const { client, baseUrl, combination } = context;
      const connection = client.create({ url: `${baseUrl}/testhub`, protocol: combination.protocol });
      await connection.start();
      expect(await connection.invoke('GetActiveTransportName')).toBe('WebSockets');
      await connection.stop();
    },
  },
  {
    name: 'connects without negotiation',
    where: onWebSockets,
    async run(context) {
      const connection = await context.connect({ skipNegotiation: true });
      expect(await connection.invoke('GetCallerConnectionId')).toMatch(/\S{8,}/);
    },
  },
];
