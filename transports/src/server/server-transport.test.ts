import { describe, expect, it } from 'vitest';
import { OpenRequest, TestServer, turns } from '../testing/test-server.ts';
import type { Carrier, Exchange, ServerTransport } from './server-transport.ts';

/** Newline-delimited text over one long answer, as someone outside this package would write it. */
const lines: ServerTransport = {
  name: 'Lines',
  transferFormats: ['Text'],
  hasInherentKeepAlive: false,
  receivesByPost: true,
  endsByDelete: true,
  accepts: ({ kind, request }: Exchange) => kind === 'request' && request.headers.accept === 'text/x-lines',
  run(exchange, open) {
    if (exchange.kind !== 'request') return;
    const { response } = exchange;
    const connection = open();
    const carrier: Carrier = {
      get bufferedBytes() {
        return response.writableLength;
      },
      get progress() {
        return response.writableLength;
      },
      send: (frame) => response.write(`${String(frame)}\n`),
      close: () => response.end(),
      terminate: () => response.destroy(),
      supersede() {
        response.end();
        connection.ended(carrier, { kind: 'detached', unsent: [] });
      },
    };
    response.on('close', () => connection.ended(carrier, { kind: 'detached', unsent: [] }));
    response.flushHeaders();
    connection.attach(carrier);
  },
};

const headers = { Accept: 'text/x-lines' };

describe("a user's own transport", () => {
  it('is offered in its place and carries connections, through several exchanges', async () => {
    await using host = await TestServer.start({ transports: ['LongPolling', lines] });
    const { body } = await host.request('/hub/negotiate?negotiateVersion=1', { method: 'POST' });
    const { availableTransports, connectionToken } = JSON.parse(body) as Record<string, unknown>;
    expect(availableTransports).toEqual([
      { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
      { transport: 'Lines', transferFormats: ['Text'] },
    ]);
    const path = `/hub?id=${String(connectionToken)}`;
    const first = new OpenRequest(host.port, path, { headers });
    const connection = await host.connections.next('the connection opens');
    expect(connection).toMatchObject({ transport: 'Lines', transferFormats: ['Text'] });
    connection.send('one');
    expect(await first.chunks.next('a line')).toBe('one\n');
    expect((await host.request(path, { method: 'POST', body: 'up' })).status).toBe(200);
    expect(host.receiverOf(connection).seen).toEqual(['up']);
    first.abort();
    await first.ended.next('the exchange is gone');
    await turns(10);
    connection.send('kept');
    const second = new OpenRequest(host.port, path, { headers });
    expect(await second.chunks.next('the kept line')).toBe('kept\n');
    const third = new OpenRequest(host.port, path, { headers });
    expect(await second.ended.next('the older exchange ends')).toBe('complete');
    connection.send('two');
    connection.close();
    expect(await third.chunks.next('the last line')).toBe('two\n');
    expect(await third.ended.next('the last exchange ends')).toBe('complete');
  });

  it('that fails is answered with 500 and harms nothing else', async () => {
    const broken = (run: ServerTransport['run']): ServerTransport => ({ ...lines, run });
    const runs: ServerTransport['run'][] = [
      () => {
        throw new Error('bug');
      },
      () => Promise.reject(new Error('bug')),
    ];
    for (const run of runs) {
      await using host = await TestServer.start({ transports: [broken(run)] });
      const { connectionToken } = await host.negotiate();
      expect((await host.request(`/hub?id=${connectionToken}`, { headers })).status).toBe(500);
      host.clock.advance(15_000);
      expect(host.endpoint.connections).toBe(0);
    }
  });
});
