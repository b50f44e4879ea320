import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub, HubException, hubMethod } from '../index.ts';
import { TestClient } from '../testing/test-client.ts';
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

describe('onConnected', () => {
  it('runs before the first call, which waits for it', async () => {
    const gate = deferred();
    class SlowHub extends LifeHub {
      override async onConnected(): Promise<void> {
        log.push('connecting');
        await gate.promise;
        log.push('connected');
      }
      @hubMethod() call(): void {
        log.push('called');
      }
    }
    await using host = serveHub(SlowHub);
    const client = await host.connect();
    const call = client.begin('call');
    await settled();
    expect(takeLog()).toEqual(['connecting']);
    gate.resolve();
    await client.completion(call);
    expect(takeLog()).toEqual(['connected', 'called']);
  });

  it.each([
    ['throws', false],
    ['rejects', true],
  ])('that %s closes the connection with an error, without onDisconnected', async (_how, isLater) => {
    class FailingHub extends LifeHub {
      override onConnected(): void | Promise<void> {
        const error = new Error('the secret');
        if (isLater) return Promise.reject(error);
        throw error;
      }
    }
    await using host = serveHub(FailingHub);
    const client = await host.connect();
    client.begin('add', [1, 2]);
    expect(await client.closeMessage()).toEqual({ type: 7, error: 'Connection closed with an error.' });
    expect(await client.closed()).toEqual({ kind: 'remote' });
    await settled();
    expect(takeLog()).toEqual([]);
    expect(client.unread).toEqual([]);
    host.logger.claim('onConnectedFailed');
  });

  it('may throw what is no error and has no text', async () => {
    class OddHub extends Hub {
      override onConnected(): never {
        throw Object.create(null) as Error;
      }
    }
    await using host = serveHub(OddHub, { enableDetailedErrors: true });
    const client = await host.connect();
    expect((await client.closeMessage()).error).toBe('Connection closed with an error. Error: object');
    await client.closed();
    host.logger.claim('onConnectedFailed');
  });

  it('tells the client the text of a HubException', async () => {
    class PickyHub extends Hub {
      override onConnected(): void {
        throw new HubException('not you');
      }
    }
    await using host = serveHub(PickyHub);
    const client = await host.connect();
    const { error } = await client.closeMessage();
    expect(error).toBe('Connection closed with an error. HubException: not you');
    host.logger.claim('onConnectedFailed');
  });

  it('closes the connection when the hub cannot be made', async () => {
    class UncreatableHub extends Hub {
      constructor() {
        super();
        throw new Error('cannot be made');
      }
    }
    await using host = serveHub(UncreatableHub, detailed);
    const client = await host.connect();
    const { error } = await client.closeMessage();
    expect(error).toBe('Connection closed with an error. Error: cannot be made');
    host.logger.claim('onConnectedFailed');
  });

  it('can address everyone, and await a result of its caller', async () => {
    class AskingHub extends Hub {
      override async onConnected(): Promise<void> {
        await this.clients.all['joined']?.(this.context.connectionId);
        this.context.items.set('name', await this.clients.caller.invoke['name']?.());
      }
      @hubMethod() name(): unknown {
        return this.context.items.get('name');
      }
    }
    await using host = serveHub(AskingHub);
    const client = host.open();
    client.on('name', () => 'Ann');
    await client.handshake();
    expect(await client.next('joined')).toEqual([client.connectionId]);
    expect(await client.invoke('name')).toBe('Ann');
  });
});

describe('onDisconnected', () => {
  it('has no error when the client leaves in order', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    await client.invoke('add', 1, 2);
    client.close();
    await settled();
    expect(takeLog()).toEqual(['connected', 'disconnected']);
  });

  it('has no error when the client sends a close message', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    client.sendMessages({ type: 7 });
    expect(await client.closed()).toEqual({ kind: 'remote' });
    await settled();
    expect(takeLog()).toEqual(['connected', 'disconnected']);
  });

  it('has the error when the connection breaks', async () => {
    await using host = serveHub(LifeHub);
    const client = await host.connect();
    await client.invoke('whenAborted');
    client.cut();
    await settled();
    expect(takeLog()).toEqual(['connected', 'aborted', 'disconnected: The connection broke.']);
  });

  it('waits for onConnected, and comes when the hub aborts', async () => {
    class AbortingHub extends LifeHub {
      override async onConnected(): Promise<void> {
        this.context.abort();
        await settled();
        log.push('connected');
      }
    }
    await using host = serveHub(AbortingHub);
    const client = await host.connect();
    expect(await client.closeMessage()).toEqual({ type: 7 });
    await client.closed();
    await settled();
    await settled();
    expect(takeLog()).toEqual(['connected', 'disconnected']);
  });

  it('that throws is logged and hurts nobody', async () => {
    class FailingHub extends LifeHub {
      override onDisconnected(): never {
        throw new Error('too late');
      }
    }
    await using host = serveHub(FailingHub);
    const [first, second] = [await host.connect(), await host.connect()];
    first.close();
    await settled();
    expect(await second.invoke('add', 1, 2)).toBe(3);
    expect(host.hub.connectionCount).toBe(1);
    second.close();
    await settled();
    expect(host.logger.claim('onDisconnectedFailed')).toHaveLength(2);
  });

  it('no longer finds its connection among the audiences', async () => {
    class LeavingHub extends Hub {
      override async onDisconnected(): Promise<void> {
        await this.clients.all['left']?.(this.context.connectionId);
        await this.clients.caller.invoke['ask']?.().catch((error: Error) => log.push(error.message));
      }
    }
    await using host = serveHub(LeavingHub);
    const [first, second] = [await host.connect(), await host.connect()];
    first.close();
    expect(await second.next('left')).toEqual([first.connectionId]);
    await settled();
    expect(takeLog()).toEqual([`The client gave no result. Connection '${first.connectionId}' does not exist.`]);
    second.close();
    await settled();
  });
});

describe('closing the server', () => {
  it('tells clients to come back, and waits for onDisconnected', async () => {
    const gate = deferred();
    class LeavingHub extends LifeHub {
      override async onDisconnected(): Promise<void> {
        await gate.promise;
        log.push('disconnected');
      }
    }
    const host = serveHub(LeavingHub);
    const clients = [await host.connect(), await host.connect()];
    let isClosed = false;
    const closed = host.server.close().then(() => (isClosed = true));
    for (const client of clients) {
      expect(await client.closeMessage()).toEqual({ type: 7, allowReconnect: true });
      expect(await client.closed()).toEqual({ kind: 'remote' });
    }
    await settled();
    expect(isClosed).toBe(false);
    gate.resolve();
    await closed;
    expect(takeLog()).toEqual(['connected', 'connected', 'disconnected', 'disconnected']);
    await host[Symbol.asyncDispose]();
  });

  it('does not wait for ever for an onDisconnected that never settles', async () => {
    class StuckHub extends LifeHub {
      override onDisconnected(): Promise<void> {
        return new Promise(() => {});
      }
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const host = serveHub(StuckHub, { closeTimeoutMs: 1_000 });
      await host.connect();
      let isClosed = false;
      const closed = host.server.close().then(() => (isClosed = true));
      await vi.advanceTimersByTimeAsync(1_999);
      expect(isClosed).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await closed;
      takeLog();
    } finally {
      vi.useRealTimers();
    }
  });

  it('turns away who comes afterwards', async () => {
    const host = serveHub(LifeHub);
    await host.server.close();
    const client = TestClient.open(host.hub);
    expect(await client.closed()).toEqual({ kind: 'remote' });
    expect(host.hub.connectionCount).toBe(0);
  });

  it('is the same when asked twice', async () => {
    const host = serveHub(LifeHub);
    const client = await host.connect();
    await Promise.all([host.server.close(), host.server.close()]);
    expect(await client.closed()).toEqual({ kind: 'remote' });
  });
});
