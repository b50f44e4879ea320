import 'reflect-metadata';
import { Container, inject, injectable } from 'inversify';
import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, type HubFilter } from '../index.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

let made = 0;

class Unit {
  readonly number = (made += 1);
}

@injectable()
class Repository {
  readonly unit: Unit;
  constructor(@inject(Unit) unit: Unit) {
    this.unit = unit;
  }
}

@injectable()
class UnitHub extends Hub {
  readonly #unit: Unit;
  readonly #repository: Repository;
  constructor(@inject(Unit) unit: Unit, @inject(Repository) repository: Repository) {
    super();
    this.#unit = unit;
    this.#repository = repository;
  }
  @hubMethod() units(): readonly [number, number] {
    return [this.#unit.number, this.#repository.unit.number];
  }
  @hubMethod() increment(value: number): number {
    return value + 1;
  }
}

function containerWithUnits(): Container {
  const container = new Container();
  container.bind(Unit).toSelf().inRequestScope();
  container.bind(Repository).toSelf();
  return container;
}

describe('hubs of an inversify container', () => {
  it('are bound by themselves, and new for every call', async () => {
    await using host = serveHub(UnitHub, { container: containerWithUnits() });
    const client = await host.connect();
    const [first, second] = [await client.invoke('units'), await client.invoke('units')];
    expect(first).not.toEqual(second);
  });

  it('share request-scoped dependencies within one call', async () => {
    await using host = serveHub(UnitHub, { container: containerWithUnits() });
    const client = await host.connect();
    const [own, inner] = (await client.invoke('units')) as readonly number[];
    expect(own).toBe(inner);
  });

  it('are asked for once per call', async () => {
    const container = containerWithUnits();
    let gets = 0;
    const counting = {
      get(...args: Parameters<Container['get']>) {
        gets += 1;
        return container.get(...args);
      },
    };
    await using host = serveHub(UnitHub, { container: counting });
    const client = await host.connect();
    await client.invoke('increment', 1);
    const before = gets;
    for (let call = 0; call < 10; call += 1) await client.invoke('increment', 1);
    expect(gets - before).toBe(10);
  });

  it('are refused when they are shared', async () => {
    const container = containerWithUnits();
    container.bind(UnitHub).toSelf().inSingletonScope();
    await using host = serveHub(UnitHub, { container, enableDetailedErrors: true });
    const client = await host.connect();
    await expect(client.invoke('units')).rejects.toThrow(
      "An unexpected error occurred invoking 'units' on the server. HubServerError: A hub instance serves one call",
    );
    expect(host.logger.claim('invocationFailed')).toMatchObject([
      { fields: { error: { code: 'HUB_SHARED_INSTANCE' } } },
    ]);
    client.close();
    await settled();
    host.logger.claim('onDisconnectedFailed');
  });

  it('are refused when they are something else', async () => {
    const container = new Container();
    container.bind(UnitHub).toConstantValue({} as UnitHub);
    await using host = serveHub(UnitHub, { container });
    const client = await host.connect();
    await client.closeMessage();
    expect(host.logger.claim('onConnectedFailed')).toMatchObject([{ fields: { error: { code: 'HUB_INVALID_HUB' } } }]);
  });

  it('that throw when they are made fail their call alone', async () => {
    let isBroken = false;
    @injectable()
    class FragileHub extends Hub {
      constructor() {
        super();
        if (isBroken) throw new Error('broken');
      }
      @hubMethod() ping(): string {
        return 'pong';
      }
    }
    await using host = serveHub(FragileHub, { container: new Container() });
    const client = await host.connect();
    expect(await client.invoke('ping')).toBe('pong');
    isBroken = true;
    await expect(client.invoke('ping')).rejects.toThrow("An unexpected error occurred invoking 'ping' on the server.");
    isBroken = false;
    expect(await client.invoke('ping')).toBe('pong');
    host.logger.claim('invocationFailed');
  });

  it('may be filtered by what the container makes', async () => {
    @injectable()
    class UnitFilter implements HubFilter {
      readonly #unit: Unit;
      constructor(@inject(Unit) unit: Unit) {
        this.#unit = unit;
      }
      async invoke(_context: unknown, next: () => Promise<unknown>): Promise<unknown> {
        return [this.#unit.number, await next()];
      }
    }
    await using host = serveHub(UnitHub, { container: containerWithUnits(), filters: [UnitFilter] });
    const client = await host.connect();
    const [first, second] = [await client.invoke('increment', 1), await client.invoke('increment', 1)];
    expect(first).toEqual([expect.any(Number), 2]);
    expect(second).not.toEqual(first);
  });
});

describe('disposing hubs', () => {
  const log: string[] = [];
  const gate = deferred();

  class DisposableHub extends Hub implements Disposable {
    @hubMethod() quick(): void {
      log.push('quick');
    }
    @hubMethod() async slow(): Promise<void> {
      await gate.promise;
      log.push('slow');
    }
    @hubMethod() async *items(): AsyncGenerator<number> {
      yield 1;
      log.push('items');
    }
    @hubMethod() fail(): void {
      throw new Error('failed');
    }
    [Symbol.dispose](): void {
      log.push('disposed');
    }
  }

  it('follows the call, its stream, or its failure', async () => {
    await using host = serveHub(DisposableHub);
    const client = await host.connect();
    expect(log.splice(0)).toEqual(['disposed']);
    await client.invoke('quick');
    expect(log.splice(0)).toEqual(['quick', 'disposed']);
    await client.stream('items');
    expect(log.splice(0)).toEqual(['items', 'disposed']);
    await client.invoke('fail').catch(() => {});
    expect(log.splice(0)).toEqual(['disposed']);
    const call = client.begin('slow');
    await settled();
    expect(log.splice(0)).toEqual([]);
    gate.resolve();
    await client.completion(call);
    expect(log.splice(0)).toEqual(['slow', 'disposed']);
    host.logger.claim('invocationFailed');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s is logged, after the answer', async (_how, dispose) => {
    class UndisposableHub extends Hub implements AsyncDisposable {
      @hubMethod() answer(): number {
        return 42;
      }
      [Symbol.asyncDispose](): Promise<void> {
        return dispose();
      }
    }
    await using host = serveHub(UndisposableHub);
    const client = await host.connect();
    expect(await client.invoke('answer')).toBe(42);
    client.close();
    await settled();
    expect(host.logger.claim('hubDisposalFailed')).toHaveLength(3);
  });
});

describe('a hub out of a call', () => {
  it('knows no caller', () => {
    const hub = new (class extends Hub {})();
    expect(() => hub.context).toThrow('A hub knows its caller only while the server runs it');
    expect(() => hub.clients).toThrow('A hub knows its caller');
    expect(() => hub.groups).toThrow('A hub knows its caller');
  });
});

describe('memory', () => {
  it('stays as it is over 100,000 calls with a container', { timeout: 60_000 }, async () => {
    await using host = serveHub(UnitHub, { container: containerWithUnits() });
    const client = await host.connect();
    const run = async (calls: number): Promise<number> => {
      for (let batch = 0; batch < calls / 50; batch += 1) {
        const ids = Array.from({ length: 50 }, () => client.begin('units'));
        for (const id of ids) await client.completion(id);
      }
      globalThis.gc?.();
      await settled();
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    };
    expect(globalThis.gc).toBeTypeOf('function');
    const before = await run(20_000);
    const after = await run(100_000);
    expect(after - before).toBeLessThan(2_000_000);
  });
});
