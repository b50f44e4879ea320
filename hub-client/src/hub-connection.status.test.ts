import { describe, expect, it } from 'vitest';
import { fixedDelays } from './connection/reconnect-policy.ts';
import type { ConnectionStatus } from './connection/status.ts';
import { rejectionOf } from './testing/rejection-of.ts';
import { settled } from './testing/manual-clock.ts';
import { open } from './testing/open.ts';
import { within } from './testing/within.ts';

describe('status', () => {
  it('tells the status now and every change', async () => {
    const { clock, connection, server } = open({ reconnect: fixedDelays([1_000]) });
    const seen: ConnectionStatus[] = [];
    const read = (async () => {
      for await (const status of connection.status()) {
        seen.push(status);
        if (status.name === 'disconnected' && seen.length > 1) break;
      }
    })();
    const started = connection.start();
    const first = await server.accept();
    await within(started, 'start');
    first.cut();
    await clock.advance(1_000);
    const second = await server.accept();
    await settled();
    await connection.stop();
    await within(read, 'the last status');
    expect(seen).toEqual([
      { name: 'disconnected', error: undefined },
      { name: 'connecting' },
      { name: 'connected', connectionId: first.connectionId, transport: 'InMemory', recovered: false },
      { name: 'reconnecting', error: expect.objectContaining({ code: 'TRANSPORT_FAILED' }) },
      { name: 'connected', connectionId: second.connectionId, transport: 'InMemory', recovered: false },
      { name: 'disconnecting' },
      { name: 'disconnected', error: undefined },
    ]);
  });

  it('tells why there is no connection', async () => {
    const { connection, peer } = await open().connected();
    peer.send({ type: 7, error: 'gone' });
    await settled();
    const { value } = await connection.status().next();
    expect(value).toMatchObject({ name: 'disconnected', error: { code: 'HUB_CLIENT_CLOSED_BY_SERVER' } });
  });

  it('forgets a reader that does not read', async () => {
    const { connection, server } = open();
    const forgotten = connection.status();
    server.refuseNext(...Array.from({ length: 600 }, () => new Error('down')));
    for (let round = 0; round < 600; round++) await rejectionOf(connection.start());
    const readAll = async (): Promise<void> => {
      for await (const status of forgotten) expect(status.name).toMatch(/connect/);
    };
    expect(await rejectionOf(readAll())).toMatchObject({ code: 'HUB_CLIENT_STREAM_OVERFLOW' });
  });
});
