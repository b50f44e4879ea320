import { describe } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { hubwireClient } from './src/hubwire-client.ts';
import { webSocketsInJson } from './src/interop-case.ts';
import { defineInteropSuite } from './src/interop-suite.ts';
import { adjacentStreams, signalrClient } from './src/signalr-client.ts';

const startHost = () => startConformanceHost('aspnetcore');

describe('ASP.NET Core', () => {
  defineInteropSuite({ startHost, client: hubwireClient });

  // The suite asked of SignalR itself: what fails here is wrong in the suite.
  defineInteropSuite({ startHost, client: signalrClient(10), skip: [adjacentStreams] });

  // The same cases have to mean the same to the older clients; one combination shows it.
  for (const release of [9, 8] as const) {
    const client = signalrClient(release);
    defineInteropSuite({ startHost, client, combinations: webSocketsInJson, skip: [adjacentStreams] });
  }
});
