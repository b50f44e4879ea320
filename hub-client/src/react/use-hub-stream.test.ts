import { createRoot } from 'react-dom/client';
import { describe, expect, it } from 'vitest';
import { fixedDelays, type HubConnection } from '../index.ts';
import { open } from '../testing/open.ts';
import type { ScriptedPeer } from '../testing/scripted-server.ts';
import { useHubStream, type HubStreamState, type UseHubStreamOptions } from './index.ts';
import { emptyElement, eventually, render, type Rendered } from './testing/render.ts';

interface Ticker {
  ticks(symbol: string): AsyncIterable<number>;
}

interface Watched {
  readonly mounted: Rendered;
  /** What the component shows now. */
  shown(): HubStreamState<number>;
  /** Shows the ticks of another symbol. */
  change(symbol: string): Promise<void>;
}

async function watch(connection: HubConnection<Ticker>, options?: UseHubStreamOptions): Promise<Watched> {
  let symbol = 'A';
  let state: HubStreamState<number> | undefined;
  const mounted = await render(createRoot(emptyElement()), () => {
    state = useHubStream(connection, (stream) => stream.ticks(symbol), [symbol], options);
  });
  return {
    mounted,
    shown: () => state as HubStreamState<number>,
    async change(to) {
      symbol = to;
      await mounted.again();
    },
  };
}

/** The next call that the client makes; answers it as the test likes. */
async function nextCall(peer: ScriptedPeer) {
  const call = await peer.next();
  if (call.type !== 4) throw new Error(`Expected a call of a stream, got a message of type ${call.type}.`);
  const { invocationId } = call;
  return {
    arguments: call.arguments,
    invocationId,
    send: (...items: readonly number[]) =>
      eventually(() => peer.send(...items.map((item) => ({ type: 2, invocationId, item }) as const))),
    end: () => eventually(() => peer.send({ type: 3, invocationId, outcome: { kind: 'void' } })),
    fail: (error: string) => eventually(() => peer.send({ type: 3, invocationId, outcome: { kind: 'error', error } })),
  };
}

describe('useHubStream', () => {
  it('shows the items of one call until the end', async () => {
    const { connection, peer } = await open<Ticker>().connected();
    const { mounted, shown } = await watch(connection);
    const call = await nextCall(peer);
    expect(call.arguments).toEqual(['A']);
    expect(shown()).toEqual({ status: 'streaming', last: undefined, items: [], error: undefined });
    await call.send(1, 2);
    expect(shown()).toEqual({ status: 'streaming', last: 2, items: [1, 2], error: undefined });
    await call.end();
    expect(shown()).toEqual({ status: 'done', last: 2, items: [1, 2], error: undefined });
    await mounted.unmount();
    expect(peer.unread).toEqual([]);
    await connection.stop();
  });

  it('keeps the latest items', async () => {
    const { connection, peer } = await open<Ticker>().connected();
    const { mounted, shown } = await watch(connection, { maximumItems: 3 });
    const call = await nextCall(peer);
    await call.send(1, 2, 3, 4, 5);
    expect(shown().items).toEqual([3, 4, 5]);
    await mounted.unmount();
    await connection.stop();
  });

  it('cancels the stream when the component is unmounted', async () => {
    const { connection, peer } = await open<Ticker>().connected();
    const { mounted } = await watch(connection);
    const { invocationId } = await nextCall(peer);
    await mounted.unmount();
    await expect(peer.next()).resolves.toEqual({ type: 5, invocationId });
    await connection.stop();
  });

  it('begins anew when a dependency changes', async () => {
    const { connection, peer } = await open<Ticker>().connected();
    const { mounted, shown, change } = await watch(connection);
    const first = await nextCall(peer);
    await first.send(1);
    await change('B');
    expect(shown()).toMatchObject({ status: 'streaming', last: undefined, items: [] });
    const messages = [await peer.next(), await peer.next()];
    expect(messages).toEqual(
      expect.arrayContaining([
        { type: 5, invocationId: first.invocationId },
        expect.objectContaining({ type: 4, arguments: ['B'] }),
      ]),
    );
    await mounted.unmount();
    await connection.stop();
  });

  it('shows the error that the hub answered with', async () => {
    const { connection, peer } = await open<Ticker>().connected();
    const { mounted, shown } = await watch(connection);
    const call = await nextCall(peer);
    await call.send(1);
    await call.fail('No such symbol.');
    expect(shown()).toMatchObject({ status: 'failed', last: 1, error: { message: 'No such symbol.' } });
    await mounted.unmount();
    await connection.stop();
  });

  it('waits for the connection, and calls again when it was lost', async () => {
    const { clock, connection, server } = open<Ticker>({ reconnect: fixedDelays([1_000]) });
    const { mounted, shown } = await watch(connection);
    expect(shown().status).toBe('waiting');
    await eventually(() => void connection.start());
    const lost = await server.accept();
    const before = await nextCall(lost);
    await before.send(1);
    await eventually(() => lost.cut());
    expect(shown()).toMatchObject({ status: 'waiting', last: 1, error: undefined });
    await eventually(() => clock.advance(1_000));
    const after = await nextCall(await server.accept());
    expect(shown()).toMatchObject({ status: 'streaming', items: [1] });
    await after.send(7);
    expect(shown()).toMatchObject({ status: 'streaming', last: 7, items: [7] });
    await after.end();
    await mounted.unmount();
    await connection.stop();
  });

  it('does not call again what had come to its end', async () => {
    const { clock, connection, server } = open<Ticker>({ reconnect: fixedDelays([1_000]) });
    const { mounted, shown } = await watch(connection);
    await eventually(() => void connection.start());
    const first = await server.accept();
    const call = await nextCall(first);
    await call.end();
    await eventually(() => first.cut());
    await eventually(() => clock.advance(1_000));
    let second: ScriptedPeer | undefined;
    await eventually(async () => (second = await server.accept()));
    expect(connection.state).toBe('Connected');
    expect(shown().status).toBe('done');
    expect(second?.unread).toEqual([]);
    await mounted.unmount();
    await connection.stop();
  });
});
