import { createRoot } from 'react-dom/client';
import { describe, expect, it, vi } from 'vitest';
import { settled } from '../testing/manual-clock.ts';
import { open } from '../testing/open.ts';
import { useHubEvent } from './index.ts';
import { emptyElement, render } from './testing/render.ts';

describe('useHubEvent', () => {
  it('calls the handler of the last render without subscribing anew', async () => {
    const { connection, peer } = await open().connected();
    const on = vi.spyOn(connection, 'on');
    const received: string[] = [];
    let turn = 1;
    const mounted = await render(createRoot(emptyElement()), () => {
      const current = turn;
      useHubEvent(connection, 'messageReceived', (text) => received.push(`${current}: ${text}`));
    });
    const subscriptions = on.mock.calls.length;
    for (const text of ['a', 'b']) {
      peer.send({ type: 1, target: 'messageReceived', arguments: [text] });
      await settled();
      turn += 1;
      await mounted.again();
    }
    expect(received).toEqual(['1: a', '2: b']);
    expect(on).toHaveBeenCalledTimes(subscriptions);
    await mounted.unmount();
    peer.send({ type: 1, target: 'messageReceived', arguments: ['c'] });
    await settled();
    expect(received).toEqual(['1: a', '2: b']);
    await connection.stop();
  });

  it('answers a hub that waits for a result', async () => {
    const { connection, peer } = await open().connected();
    const mounted = await render(createRoot(emptyElement()), () =>
      useHubEvent(connection, 'confirm', async (question) => `${question} Yes.`),
    );
    peer.send({ type: 1, target: 'confirm', arguments: ['Sure?'], invocationId: '1' });
    await expect(peer.next()).resolves.toMatchObject({ outcome: { kind: 'result', result: 'Sure? Yes.' } });
    await mounted.unmount();
    await connection.stop();
  });

  it('listens to another method when its name changes', async () => {
    const { connection, peer } = await open().connected();
    let name = 'one';
    const received: unknown[] = [];
    const mounted = await render(createRoot(emptyElement()), () =>
      useHubEvent(connection, name, (value) => received.push(value)),
    );
    name = 'two';
    await mounted.again();
    peer.send({ type: 1, target: 'one', arguments: [1] }, { type: 1, target: 'two', arguments: [2] });
    await settled();
    expect(received).toEqual([2]);
    await mounted.unmount();
    await connection.stop();
  });
});
