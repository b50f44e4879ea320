import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub, hubMethod } from '../index.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

const log: string[] = [];
const takeLog = (): readonly string[] => log.splice(0);

beforeEach(() => void takeLog());

class LifeHub extends Hub {
  override onConnected(): void | Promise<void> {
    log.push('connected');
  }
  override onDisconnected(error: Error | undefined): void | Promise<void> {
    log.push(error === undefined ? 'disconnected' : `disconnected: ${error.message}`);
  }
  @hubMethod() add(a: number, b: number): number {
    return a + b;
  }
  @hubMethod() abort(): void {
    this.context.abort();
  }
  @hubMethod() whenAborted(): void {
    this.context.aborted.addEventListener('abort', () => log.push('aborted'));
  }
}

const detailed = { enableDetailedErrors: true } as const;

describe('what a client must not send', () => {
  it.each([
    ['garbage', 'HubProtocolError: The message is not valid. It is not JSON.'],
    ['{"type":1,"target":5,"arguments":[]}', "HubProtocolError: The message is not valid. 'target' must be"],
    ['{"type":1,"target":"add"}', "HubProtocolError: The message is not valid. 'arguments' must be an array."],
    [`{"type":1,"target":"add","arguments":[${'['.repeat(70)}${']'.repeat(70)}]}`, 'HubProtocolError: '],
    [`{"type":1,"target":"add","arguments":["${'x'.repeat(40_000)}"]}`, 'HubProtocolError: '],
  ])('%# closes its own connection, and no other', async (record, detail) => {
    await using host = serveHub(LifeHub, detailed);
    const [bad, good] = [await host.connect(), await host.connect()];
    bad.sendFrame(`${record}\u001E`);
    const { error, allowReconnect } = await bad.closeMessage();
    expect(error).toContain(`Connection closed with an error. ${detail}`);
    expect(allowReconnect).toBe(true);
    expect(await bad.closed()).toEqual({ kind: 'remote' });
    expect(await good.invoke('add', 1, 2)).toBe(3);
  });

  it('is told no details by default', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    client.sendFrame('garbage\u001E');
    expect(await client.closeMessage()).toEqual({
      type: 7,
      error: 'Connection closed with an error.',
      allowReconnect: true,
    });
    await settled();
    expect(takeLog()).toEqual(['connected', 'disconnected: The message is not valid. It is not JSON.']);
  });

  it('includes messages behind the one that closed', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    client.sendFrame(
      '{"type":7}\u001E{"type":1,"invocationId":"x","target":"add","arguments":[1,2]}\u001Egarbage\u001E',
    );
    expect(await client.closeMessage()).toEqual({ type: 7 });
    await client.closed();
    expect(client.unread).toEqual([]);
  });

  it('does not include messages of types that are not known yet', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    client.sendFrame('{"type":42,"news":true}\u001E{"type":8,"sequenceId":5}\u001E{"type":9,"sequenceId":5}\u001E');
    expect(await client.invoke('add', 1, 2)).toBe(3);
  });

  it('does not include answers to questions that nobody asked', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    client.answer('s1', 'surprise');
    expect(await client.invoke('add', 1, 2)).toBe(3);
  });
});

describe('limits', () => {
  it('hold a client back whose calls pile up', async () => {
    const gate = deferred();
    let calls = 0;
    class BusyHub extends Hub {
      @hubMethod() async hold(): Promise<void> {
        await gate.promise;
      }
      @hubMethod() count(): number {
        calls += 1;
        return calls;
      }
    }
    await using host = serveHub(BusyHub, { maximumQueuedInvocations: 5 });
    const client = await host.connect();
    client.send('hold');
    for (let call = 0; call < 20; call += 1) client.send('count');
    await settled();
    // One runs and five wait; the rest is not read.
    const debugging = host.server.context(BusyHub);
    expect(await debugging.connections.count()).toBe(1);
    expect(calls).toBe(0);
    gate.resolve();
    expect(await client.invoke('count')).toBe(21);
  });

  it('let a client go that does not read what it is sent', async () => {
    class TalkingHub extends LifeHub {
      @hubMethod() async talk(count: number): Promise<void> {
        for (let message = 0; message < count; message += 1) {
          await this.clients.all['told']?.('x'.repeat(100));
          await settled();
        }
      }
    }
    await using host = serveHub(TalkingHub, { sendQueueBytes: 1_000 });
    const [slow, good] = [await host.connect(), await host.connect()];
    slow.pause();
    const call = good.begin('talk', [20]);
    await good.completion(call);
    expect(host.hub.connectionCount).toBe(1);
    expect(takeLog()).toContain('disconnected: The connection was aborted.');
    expect(host.logger.events.map(({ event }) => event)).toContain('slowConsumer');
    expect(good.unread).toHaveLength(20);
  });
});

describe('time', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('ends a handshake that does not come', async () => {
    await using host = serveHub(LifeHub);
    const client = host.open();
    await vi.advanceTimersByTimeAsync(14_900);
    expect(host.hub.connectionCount).toBe(1);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(await client.handshakeAnswer()).toEqual({ error: 'Handshake was canceled.' });
    expect(host.hub.connectionCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('brings a ping when nothing else was sent', async () => {
    await using host = serveHub(LifeHub, { keepAliveIntervalMs: 1_000, clientTimeoutMs: 10_000 });
    const client = await host.connect();
    await vi.advanceTimersByTimeAsync(700);
    expect(await client.invoke('add', 1, 2)).toBe(3);
    await vi.advanceTimersByTimeAsync(700);
    expect(client.unread).toEqual([]);
    await vi.advanceTimersByTimeAsync(700);
    expect(client.unread).toEqual([{ type: 6 }]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(client.unread.length).toBeGreaterThanOrEqual(3);
    client.close();
    await settled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a connection whose client is silent, and none whose client pings', async () => {
    await using host = serveHub(LifeHub);
    const [silent, lively] = [await host.connect(), await host.connect()];
    for (let second = 0; second < 32; second += 1) {
      lively.sendMessages({ type: 6 });
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(await silent.closeMessage()).toEqual({ type: 7, allowReconnect: true });
    expect(await silent.closed()).toEqual({ kind: 'remote' });
    expect(takeLog()).toContain('disconnected: The client was silent for longer than the client timeout.');
    expect(await lively.invoke('add', 1, 2)).toBe(3);
    lively.close();
    await settled();
  });

  it('does not end a connection that is held back by the server itself', async () => {
    const gate = deferred();
    class HoldingHub extends LifeHub {
      @hubMethod({ streams: 1 }) async hold(_items: AsyncIterable<unknown>): Promise<void> {
        await gate.promise;
      }
    }
    await using host = serveHub(HoldingHub, { streamBufferItems: 1 });
    const client = await host.connect();
    const call = client.begin('hold', [], ['u']);
    client.upload('u', 1);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(host.hub.connectionCount).toBe(1);
    gate.resolve();
    await client.completion(call);
    client.close();
    await settled();
  });

  it('does not end a connection whose transport keeps itself alive, and sends it no pings', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect({ hasInherentKeepAlive: true });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(host.hub.connectionCount).toBe(1);
    expect(client.unread).toEqual([]);
    client.close();
    await settled();
  });
});
