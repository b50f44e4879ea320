import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, vi } from 'vitest';
import { Hub, HubException, hubEvents, hubMethod } from '../index.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';
import { HubDiagnostics } from './hub-diagnostics.ts';

class WatchedHub extends Hub {
  @hubMethod() add(a: number, b: number): number {
    return a + b;
  }
  @hubMethod() refuse(): void {
    throw new HubException('secret reason');
  }
  @hubMethod() async *count(to: number): AsyncGenerator<number> {
    for (let value = 0; value < to; value++) yield value;
  }
  @hubMethod() async tell(text: string): Promise<void> {
    await this.clients.all['told']?.(text);
  }
}

/** Every event that is published while the test runs, by its channel. */
function recordEvents() {
  const events: { readonly channel: string; readonly event: Readonly<Record<string, unknown>> }[] = [];
  const record = (event: unknown, channel: string | symbol): void => {
    events.push({ channel: String(channel), event: event as Readonly<Record<string, unknown>> });
  };
  for (const name of Object.values(hubEvents)) subscribe(name, record);
  return {
    of: (channel: string) => events.filter((each) => each.channel === channel).map(({ event }) => event),
    text: () => JSON.stringify(events),
    [Symbol.dispose]: () => {
      for (const name of Object.values(hubEvents)) unsubscribe(name, record);
    },
  };
}

describe('counters of a hub', () => {
  it('follow connections, calls and messages, and go back to zero', async () => {
    await using host = serveHub(WatchedHub);
    const [client, other] = [await host.connect(), await host.connect()];
    await client.invoke('add', 1, 2);
    await client.invoke('tell', 'all');
    await other.next('told');
    const stream = client.beginStream('count', [2]);
    await client.completion(stream);
    await expect(client.invoke('absent')).rejects.toThrow('absent');
    await expect(client.invoke('refuse')).rejects.toThrow('secret');
    expect(host.hub.counters()).toEqual({
      connections: { open: 2, total: 2 },
      // Received: five calls. Sent: five completions, two items, and the broadcast to both.
      messages: { received: 5, sent: 9, dropped: 0 },
      invocations: { running: 0, total: 5, failed: 2 },
      slowConsumers: 0,
      errors: { HUB_UNKNOWN_METHOD: 1, HubException: 1 },
      limits: {},
    });
    for (const each of [client, other]) each.close();
    await settled();
    expect(host.hub.counters().connections).toEqual({ open: 0, total: 2 });
    expect(host.server.counters()).toEqual(host.hub.counters());
  });

  it('are summed up over the hubs of a server', async () => {
    await using host = serveHub(WatchedHub, { maximumReceiveMessageBytes: 200 });
    const second = host.server.mapHub('/second', WatchedHub);
    const [here, there] = [await host.connect(), await host.connect()];
    second.accept(await import('@hubwire/transports/in-memory').then(({ connectionPair }) => connectionPair().server));
    await here.invoke('add', 1, 2);
    there.sendFrame('x'.repeat(300));
    await there.closeMessage();
    await settled();
    expect(host.server.counters()).toMatchObject({
      connections: { open: 2, total: 3 },
      invocations: { total: 1 },
      errors: { PROTOCOL_MESSAGE_TOO_LARGE: 1 },
      limits: { maximumReceiveMessageBytes: 1 },
    });
  });

  it('count a call that never ends as running until it does', async () => {
    const held: (() => void)[] = [];
    class HoldingHub extends Hub {
      @hubMethod() hold(): Promise<void> {
        return new Promise((resolve) => held.push(resolve));
      }
    }
    await using host = serveHub(HoldingHub);
    const client = await host.connect();
    client.begin('hold');
    await settled();
    expect(host.hub.counters().invocations).toEqual({ running: 1, total: 1, failed: 0 });
    client.close();
    await settled();
    held[0]?.();
    await settled();
    expect(host.hub.counters().invocations).toEqual({ running: 0, total: 1, failed: 0 });
  });
});

describe('events of a hub', () => {
  it('tell the life of a connection and of its calls', async () => {
    using events = recordEvents();
    await using host = serveHub(WatchedHub);
    const client = await host.connect();
    const { connectionId } = client;
    await client.invoke('add', 1, 2);
    await expect(client.invoke('refuse')).rejects.toThrow('secret');
    client.send('add', 1, 2);
    await client.completion(client.beginStream('count', [1]));
    client.close();
    await settled();
    const about = { hub: '/hub', connectionId };
    expect(events.of('hubwire:connected')).toEqual([{ ...about, transport: 'InMemory' }]);
    expect(events.of('hubwire:invocation:started')).toEqual([
      { ...about, method: 'add', kind: 'invoke' },
      { ...about, method: 'refuse', kind: 'invoke' },
      { ...about, method: 'add', kind: 'send' },
      { ...about, method: 'count', kind: 'stream' },
    ]);
    const durationMs: unknown = expect.any(Number);
    const completed = { durationMs, outcome: 'completed', code: undefined };
    expect(events.of('hubwire:invocation:ended')).toEqual([
      { ...about, method: 'add', kind: 'invoke', ...completed },
      { ...about, method: 'refuse', kind: 'invoke', durationMs, outcome: 'failed', code: 'HubException' },
      { ...about, method: 'add', kind: 'send', ...completed },
      { ...about, method: 'count', kind: 'stream', ...completed },
    ]);
    expect(events.of('hubwire:disconnected')).toEqual([
      { ...about, transport: 'InMemory', durationMs, code: undefined },
    ]);
    expect(events.text()).not.toContain('secret');
  });

  it('name the limit and the reason when a client is let go', async () => {
    using events = recordEvents();
    await using host = serveHub(WatchedHub, { maximumReceiveMessageBytes: 200 });
    const client = await host.connect();
    client.sendFrame('x'.repeat(300));
    await client.closeMessage();
    await settled();
    const about = { hub: '/hub', connectionId: client.connectionId };
    expect(events.of('hubwire:limit:reached')).toEqual([{ ...about, limit: 'maximumReceiveMessageBytes' }]);
    expect(events.of('hubwire:disconnected')).toMatchObject([{ ...about, code: 'PROTOCOL_MESSAGE_TOO_LARGE' }]);
  });

  it('cost no clock while nobody has subscribed', () => {
    const diagnostics = new HubDiagnostics('/hub');
    const clock = vi.spyOn(performance, 'now');
    try {
      diagnostics.invocationStarted();
      expect(diagnostics.followsInvocations).toBe(false);
      diagnostics.invocationEnded(undefined, undefined);
      diagnostics.disconnected({ connectionId: 'a', transport: 'InMemory' }, 0, undefined);
      expect(clock).not.toHaveBeenCalled();
    } finally {
      clock.mockRestore();
    }
  });

  it('tell of messages that a full queue left out', () => {
    using events = recordEvents();
    const diagnostics = new HubDiagnostics('/hub');
    const dropped = { connectionId: 'a', target: 'told', reason: 'replaced' } as const;
    diagnostics.messageDropped(dropped);
    expect(events.of('hubwire:message:dropped')).toEqual([{ hub: '/hub', ...dropped }]);
    expect(diagnostics.counters().messages.dropped).toBe(1);
  });
});
