import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpTransportType, HubConnectionBuilder } from '@hubwire/hub-client';
import { describe, expect, it } from 'vitest';
import { within } from '../src/within.ts';

interface Origin extends AsyncDisposable {
  readonly url: string;
}

async function serve(listener: RequestListener): Promise<Origin> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const transports = {
  ServerSentEvents: HttpTransportType.ServerSentEvents,
  LongPolling: HttpTransportType.LongPolling,
} as const;

describe('redirects to another origin', () => {
  it.each(['ServerSentEvents', 'LongPolling'] as const)(
    'CVE-2022-1650: take no credentials along (%s)',
    async (transport) => {
      const taken: IncomingHttpHeaders[] = [];
      await using thief = await serve((request, response) => {
        taken.push(request.headers);
        response.writeHead(404).end();
      });
      const asked: IncomingHttpHeaders[] = [];
      await using honest = await serve((request, response) => {
        asked.push(request.headers);
        if (request.url?.includes('/negotiate') === true) {
          const availableTransports = [{ transport, transferFormats: ['Text', 'Binary'] }];
          const answer = { negotiateVersion: 1, connectionId: 'a', connectionToken: 'b', availableTransports };
          response.writeHead(200, { 'Content-Type': 'application/json', 'Set-Cookie': 'session=ann' });
          response.end(JSON.stringify(answer));
        } else response.writeHead(307, { Location: `${thief.url}/hub` }).end();
      });
      const connection = new HubConnectionBuilder()
        .withUrl(`${honest.url}/hub`, {
          transport: transports[transport],
          accessTokenFactory: () => 'tOkEn-0f-Ann',
          headers: { 'X-Api-Key': 'kEy-0f-Ann' },
        })
        .build();
      await within(connection.start(), 'the client gives up').then(
        () => connection.stop(),
        () => {},
      );
      expect(asked.at(-1)).toMatchObject({ authorization: 'Bearer tOkEn-0f-Ann', 'x-api-key': 'kEy-0f-Ann' });
      expect(taken.length).toBeGreaterThan(0);
      expect(JSON.stringify(taken)).not.toMatch(/0f-Ann|session=/u);
    },
  );
});
