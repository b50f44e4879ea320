import { afterAll, beforeAll, describe, it } from 'vitest';
import { LoopbackHost } from '../testing/loopback-host.ts';
import { defineTransportConformance, type TransportConformanceOptions } from '../testing/transport-conformance.ts';
import type { TransportName } from './http-connection-options.ts';

let host: LoopbackHost;
beforeAll(async () => {
  host = await LoopbackHost.start();
});
afterAll(() => host.close());

function define(name: TransportName, options: Omit<TransportConformanceOptions, 'name' | 'open'>): void {
  defineTransportConformance(
    {
      ...options,
      name,
      open: async (transferFormat) => ({
        ...(await host.open(transferFormat, { transports: [name] })),
        dispose() {},
      }),
    },
    { describe, it },
  );
}

define('WebSockets', { transferFormats: ['Text', 'Binary'], keepsFrames: true });

define('ServerSentEvents', {
  transferFormats: ['Text'],
  skip: [
    {
      reason: 'in an event stream a carriage return is a line end like a line feed',
      tests: ['server to client: carriage returns'],
    },
    {
      reason: 'an EventSource cannot be told to read no further',
      tests: ['server to client: a receiver that is paused holds the sender back'],
    },
  ],
});

define('LongPolling', { transferFormats: ['Text', 'Binary'] });
