import { describe } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { allCombinations } from './src/interop-case.ts';
import { defineInteropSuite } from './src/interop-suite.ts';
import { adjacentStreams, signalrClient } from './src/signalr-client.ts';

const startHost = () => startConformanceHost('hubwire');

describe('Hubwire', () => {
  const combinations = allCombinations.filter(
    ({ transport, protocol }) => transport === 'WebSockets' && protocol === 'json',
  );
  for (const release of [10, 9, 8] as const) {
    defineInteropSuite({ startHost, client: signalrClient(release), combinations, skip: [adjacentStreams] });
  }
});
