import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startConformanceHost } from './src/conformance-host.ts';
import { startConformanceServer } from './src/conformance-server.ts';
import { allCombinations } from './src/interop-case.ts';
import { defineInteropSuite } from './src/interop-suite.ts';
import { adjacentStreams, signalrClient } from './src/signalr-client.ts';
import { within } from './src/within.ts';

const webSockets = allCombinations.filter(({ transport }) => transport === 'WebSockets');

describe('Hubwire on direct WebSockets', () => {
  defineInteropSuite({
    startHost: () => startConformanceHost('hubwire, direct WebSockets'),
    client: signalrClient(10),
    combinations: webSockets,
    skip: [adjacentStreams],
  });

  it.each([
    ['ws', 400],
    ['direct', 426],
  ] as const)('is what a hub is told to be on: %s', async (webSocketEngine, status) => {
    const server = await startConformanceServer({ host: '127.0.0.1', port: 0, webSocketEngine });
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '12' };
    const asked = request(`${server.url}/testhub`, {
      headers: { ...headers, 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
    });
    const answered = once(asked.end(), 'response') as Promise<[IncomingMessage]>;
    const [answer] = await within(answered, 'the refusal');
    expect(answer.statusCode).toBe(status);
    answer.resume();
    await within(server.close(), 'the server closes');
  });
});
