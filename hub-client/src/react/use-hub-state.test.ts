import { createRoot } from 'react-dom/client';
import { describe, expect, it } from 'vitest';
import type { ConnectionStatus } from '../index.ts';
import { fixedDelays } from '../index.ts';
import { open } from '../testing/open.ts';
import { useHubState } from './index.ts';
import { emptyElement, eventually, render } from './testing/render.ts';

describe('useHubState', () => {
  it('follows the connection', async () => {
    const { clock, connection, server } = open({ reconnect: fixedDelays([1_000]) });
    const seen: ConnectionStatus[] = [];
    const mounted = await render(
      createRoot(emptyElement()),
      () => {
        const status = useHubState(connection);
        if (seen.at(-1) !== status) seen.push(status);
      },
      { strict: false },
    );
    await eventually(() => void connection.start());
    const peer = await server.peer();
    await peer.handshake();
    await eventually(() => peer.accept());
    await eventually(() => peer.cut());
    await eventually(() => clock.advance(1_000));
    await eventually(() => server.accept());
    await eventually(() => connection.stop());
    await mounted.unmount();
    expect(seen.map(({ name }) => name)).toEqual([
      'disconnected',
      'connecting',
      'connected',
      'reconnecting',
      'connected',
      'disconnecting',
      'disconnected',
    ]);
    expect(seen[2]).toMatchObject({ transport: 'InMemory', connectionId: peer.connectionId });
    expect(seen[3]).toMatchObject({ error: { code: 'TRANSPORT_FAILED' } });
  });

  it('knows all of a connection that was there before', async () => {
    const { connection, peer } = await open().connected();
    let status: ConnectionStatus | undefined;
    const mounted = await render(createRoot(emptyElement()), () => void (status = useHubState(connection)));
    expect(status).toEqual({
      name: 'connected',
      connectionId: peer.connectionId,
      transport: 'InMemory',
      recovered: false,
    });
    await mounted.unmount();
    await connection.stop();
  });

  it('shows all components the same', async () => {
    const { connection } = await open().connected();
    const seen: ConnectionStatus[][] = [];
    const mounted = await render(
      createRoot(emptyElement()),
      () => void seen.push([useHubState(connection), useHubState(connection)]),
    );
    await eventually(() => connection.stop());
    expect(seen.length).toBeGreaterThan(1);
    for (const [one, other] of seen) expect(one).toBe(other);
    await mounted.unmount();
  });
});
