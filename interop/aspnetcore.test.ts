import { describe } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { allCombinations } from './src/interop-case.ts';
import { defineInteropSuite } from './src/interop-suite.ts';
import { adjacentStreams, signalrClient } from './src/signalr-client.ts';

const startHost = () => startConformanceHost('aspnetcore');

// The suite asked of SignalR itself: what fails here is wrong in the suite.
describe('ASP.NET Core', () => {
  defineInteropSuite({ startHost, client: signalrClient(10), skip: [adjacentStreams] });

  // Here the older clients are under test and not the server: text and bytes will do.
  for (const release of [9, 8] as const) {
    const combinations = allCombinations.filter(({ transport }) => transport === 'WebSockets');
    defineInteropSuite({ startHost, client: signalrClient(release), combinations, skip: [adjacentStreams] });
  }
});
