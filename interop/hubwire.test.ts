import { describe } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { hubwireClient } from './src/hubwire-client.ts';
import { webSocketsInJson } from './src/interop-case.ts';
import { defineInteropSuite } from './src/interop-suite.ts';
import { adjacentStreams, signalrClient } from './src/signalr-client.ts';

const startHost = () => startConformanceHost('hubwire');

describe('Hubwire', () => {
  defineInteropSuite({ startHost, client: hubwireClient });
  defineInteropSuite({ startHost, client: signalrClient(10), skip: [adjacentStreams] });
  for (const release of [9, 8] as const) {
    const client = signalrClient(release);
    defineInteropSuite({ startHost, client, combinations: webSocketsInJson, skip: [adjacentStreams] });
  }
});
