import { afterAll, beforeAll, describe, it } from 'vitest';
import { LoopbackHost } from '../../testing/loopback-host.ts';
import { defineTransportConformance } from '../../testing/transport-conformance.ts';

let host: LoopbackHost;
beforeAll(async () => {
  host = await LoopbackHost.start({ webSocketEngine: 'direct' });
});
afterAll(() => host.close());

defineTransportConformance(
  {
    name: 'WebSockets, direct',
    transferFormats: ['Text', 'Binary'],
    keepsFrames: true,
    open: async (transferFormat) => ({
      ...(await host.open(transferFormat, { transports: ['WebSockets'] })),
      dispose() {},
    }),
  },
  { describe, it },
);
