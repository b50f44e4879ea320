import { afterEach, describe, expect, it, vi } from 'vitest';
import { open } from '../testing/open.ts';
import { settled } from '../testing/manual-clock.ts';
import { fixedDelays } from './reconnect-policy.ts';

/** The parts of a page that matter here. */
class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'hidden';
}

function stubPage(): { page: Page; network: EventTarget } {
  const page = new Page();
  const network = new EventTarget();
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', network.addEventListener.bind(network));
  vi.stubGlobal('removeEventListener', network.removeEventListener.bind(network));
  return { page, network };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

async function waiting() {
  const context = await open({ reconnect: fixedDelays([60_000, 60_000]) }).connected();
  context.peer.cut();
  await settled();
  return context;
}

describe('a connection that waits for its next attempt', () => {
  it('makes it at once when the network is back', async () => {
    const { network } = stubPage();
    const { connection, server } = await waiting();
    network.dispatchEvent(new Event('online'));
    await server.accept();
    await settled();
    expect(connection.state).toBe('Connected');
  });

  it('makes it at once when the page is seen again, not when it is hidden', async () => {
    const { page } = stubPage();
    const { connection, server } = await waiting();
    page.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect(server.attempts).toBe(1);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await server.accept();
    await settled();
    expect(connection.state).toBe('Connected');
  });

  it('waits out the delay where there is no page', async () => {
    const { clock, server } = await waiting();
    await clock.advance(59_999);
    expect(server.attempts).toBe(1);
    await clock.advance(1);
    expect(server.attempts).toBe(2);
  });
});
