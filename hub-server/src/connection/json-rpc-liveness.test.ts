import type { CloseHint, ConnectionReceiver } from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub, hubMethod } from '../index.ts';
import { JsonRpcTestClient } from '../testing/json-rpc-test-client.ts';
import { serveHub, settled, type TestHubServer } from '../testing/test-hub-server.ts';

class WatchedHub extends Hub {
  @hubMethod() async tell(text: string): Promise<void> {
    await this.clients.all['news']?.(text);
  }
  @hubMethod() echo(value: unknown): unknown {
    return value;
  }
  @hubMethod() leave(): void {
    this.context.abort();
  }
}

/** The server's end of a connection whose transport can ping, and what the server did with it. */
class PingingConnection {
  isPeerAlive = true;
  canPing = true;
  pings = 0;
  hint: CloseHint | undefined;
  readonly client: JsonRpcTestClient;

  constructor(host: TestHubServer) {
    this.client = new JsonRpcTestClient({ accept: (connection) => host.hub.accept(this.#watch(connection)) });
  }

  #watch(connection: ServerConnection): ServerConnection {
    const start = connection.start.bind(connection);
    const close = connection.close.bind(connection);
    let receiver: ConnectionReceiver | undefined;
    return Object.assign(connection, {
      start: (started: ConnectionReceiver) => start((receiver = started)),
      close: (hint?: CloseHint) => close((this.hint = hint)),
      ping: () => {
        if (!this.canPing) return false;
        this.pings += 1;
        if (this.isPeerAlive) queueMicrotask(() => receiver?.onAlive?.());
        return true;
      },
    });
  }
}

const times = { keepAliveIntervalMs: 15_000, clientTimeoutMs: 30_000 } as const;
const serve = () => serveHub(WatchedHub, { jsonRpc: true, ...times });

describe('JSON-RPC, signs of life', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('are asked for once per interval, and an answer is enough', async () => {
    await using host = serve();
    const peer = new PingingConnection(host);
    expect(await peer.client.call('echo', [1])).toEqual({ result: 1, id: 1 });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(peer.pings).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(peer.pings).toBe(1);
    await vi.advanceTimersByTimeAsync(150_000);
    expect(peer.pings).toBeGreaterThanOrEqual(9);
    expect(peer.pings).toBeLessThanOrEqual(11);
    expect(host.hub.connectionCount).toBe(1);
    expect(peer.client.unread).toEqual([]);
  });

  it('that do not come end the connection, which may come back, and leave nothing behind', async () => {
    await using host = serve();
    const peer = new PingingConnection(host);
    await peer.client.call('echo', [1]);
    peer.isPeerAlive = false;
    await vi.advanceTimersByTimeAsync(29_000);
    expect(host.hub.connectionCount).toBe(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await peer.client.closed()).toEqual({ kind: 'remote' });
    expect(peer.hint).toEqual({ goingAway: true });
    expect(host.hub.connectionCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are missed also while the client is sent one message after the other', async () => {
    await using host = serve();
    const [dead, other] = [new PingingConnection(host), new PingingConnection(host)];
    await dead.client.call('echo', [1]);
    dead.isPeerAlive = false;
    for (let second = 0; second < 40; second++) {
      other.client.notify('tell', 'again');
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(await dead.client.closed()).toEqual({ kind: 'remote' });
    expect(host.hub.connectionCount).toBe(1);
  });

  it('are also what the client says itself', async () => {
    await using host = serve();
    const peer = new PingingConnection(host);
    peer.isPeerAlive = false;
    for (let count = 0; count < 10; count++) {
      expect(await peer.client.call('echo', [count])).toEqual({ result: count, id: 1 });
      await vi.advanceTimersByTimeAsync(20_000);
    }
    expect(host.hub.connectionCount).toBe(1);
  });

  it('are not missed where the transport cannot ask, at present or at all', async () => {
    await using host = serve();
    const [peer, plain] = [new PingingConnection(host), new JsonRpcTestClient(host.hub)];
    peer.canPing = false;
    peer.isPeerAlive = false;
    for (const client of [peer.client, plain]) await client.call('echo', [1]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(host.hub.connectionCount).toBe(2);
    peer.canPing = true;
    await vi.advanceTimersByTimeAsync(17_000);
    expect(host.hub.connectionCount).toBe(1);
    expect(await plain.call('echo', [2])).toEqual({ result: 2, id: 1 });
  });
});

describe('JSON-RPC, how the server closes', () => {
  it('tells clients to come back when it shuts down, those that have not said anything yet among them', async () => {
    const host = serve();
    const [talking, silent] = [new PingingConnection(host), new PingingConnection(host)];
    await talking.client.call('echo', [1]);
    await settled();
    await host[Symbol.asyncDispose]();
    for (const { hint } of [talking, silent]) expect(hint).toEqual({ goingAway: true });
  });

  it('does not, when the hub lets one go', async () => {
    await using host = serve();
    const peer = new PingingConnection(host);
    peer.client.notify('leave');
    expect(await peer.client.closed()).toEqual({ kind: 'remote' });
    expect(peer.hint?.goingAway).toBe(false);
  });

  it('says nothing of it to SignalR clients, which have a message for it', async () => {
    const hints: (CloseHint | undefined)[] = [];
    const host = serve();
    const accept = host.hub.accept.bind(host.hub);
    vi.spyOn(host.hub, 'accept').mockImplementation((connection) => {
      const close = connection.close.bind(connection);
      connection.close = (hint) => {
        hints.push(hint);
        close(hint);
      };
      accept(connection);
    });
    const client = await host.connect();
    await host[Symbol.asyncDispose]();
    expect(await client.closeMessage()).toEqual({ type: 7, allowReconnect: true });
    expect(hints).toEqual([undefined]);
  });
});
