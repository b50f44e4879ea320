import { describe, expect, it } from 'vitest';
import { Hub, HubException, hubMethod, isHubServerError, type HubFilter, type HubInvocationContext } from '../index.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

class FilteredHub extends Hub {
  override onConnected(): void {
    log.push('onConnected');
  }
  override onDisconnected(): void {
    log.push('onDisconnected');
  }
  @hubMethod() add(a: number, b: number): number {
    log.push('add');
    return a + b;
  }
  @hubMethod() fail(): void {
    throw new Error('the secret');
  }
  @hubMethod() async *items(): AsyncGenerator<number> {
    yield* [1, 2, 3];
  }
}

const log: unknown[] = [];
const takeLog = (): readonly unknown[] => log.splice(0);

function tracing(name: string): HubFilter {
  return {
    async invoke({ method }, next) {
      log.push(`${name} > ${String(method)}`);
      try {
        return await next();
      } finally {
        log.push(`${name} <`);
      }
    },
  };
}

/** Writes down what becomes of every call, and lets it through. */
const seeing: HubFilter & { readonly seen: unknown[] } = {
  seen: [],
  async invoke({ target, method, kind }: HubInvocationContext, next: () => Promise<unknown>) {
    try {
      const result = await next();
      this.seen.push([target, method, kind, 'ok']);
      return result;
    } catch (error) {
      this.seen.push([target, method, kind, isHubServerError(error) ? error.code : (error as Error).message]);
      throw error;
    }
  },
};

describe('filters', () => {
  it('stand around each other and around the method', async () => {
    await using host = serveHub(FilteredHub, { filters: [tracing('outer'), {}, tracing('inner')] });
    const client = await host.connect();
    takeLog();
    expect(await client.invoke('ADD', 1, 2)).toBe(3);
    expect(takeLog()).toEqual(['outer > add', 'inner > add', 'add', 'inner <', 'outer <']);
  });

  it('are told of every call, also of those that reach no method', async () => {
    seeing.seen.length = 0;
    await using host = serveHub(FilteredHub, { filters: [seeing], maximumStreams: 1 });
    const client = await host.connect();
    await client.invoke('add', 1, 2);
    client.send('Add', 1, 2);
    const refusals = [
      await client.invoke('absent').catch((error: Error) => error.message),
      await client.invoke('add', 1).catch((error: Error) => error.message),
      await client.invoke('items').catch((error: Error) => error.message),
      await client.invoke('fail').catch((error: Error) => error.message),
    ];
    await client.stream('items');
    expect(refusals).toEqual([
      "Unknown hub method 'absent'",
      "Failed to invoke 'add' due to an error on the server.",
      "The client attempted to invoke the streaming 'items' method with a non-streaming invocation.",
      "An unexpected error occurred invoking 'fail' on the server.",
    ]);
    expect(seeing.seen).toEqual([
      ['add', 'add', 'invoke', 'ok'],
      ['Add', 'add', 'send', 'ok'],
      ['absent', undefined, 'invoke', 'HUB_UNKNOWN_METHOD'],
      ['add', 'add', 'invoke', 'HUB_INVALID_ARGUMENTS'],
      ['items', 'items', 'invoke', 'HUB_WRONG_CALL_KIND'],
      ['fail', 'fail', 'invoke', 'the secret'],
      ['items', 'items', 'stream', 'ok'],
    ]);
    host.logger.claim('invocationFailed');
  });

  it('see the headers of a call', async () => {
    const traced: unknown[] = [];
    const tracing: HubFilter = {
      invoke({ headers }, next) {
        traced.push(headers);
        return next();
      },
    };
    await using host = serveHub(FilteredHub, { filters: [tracing] });
    const client = await host.connect();
    const headers = { traceparent: '00-1-2-01' };
    client.sendMessages({ type: 1, invocationId: 'x', target: 'add', arguments: [1, 2], headers });
    await client.completion('x');
    await client.invoke('add', 1, 2);
    expect(traced).toEqual([headers, {}]);
  });

  it('may answer in place of the method, and change its answer', async () => {
    const changing: HubFilter = {
      async invoke({ arguments: args }, next) {
        if (args[0] === 0) return 'nothing to add';
        return { sum: await next() };
      },
    };
    await using host = serveHub(FilteredHub, { filters: [changing] });
    const client = await host.connect();
    takeLog();
    expect(await client.invoke('add', 0, 5)).toBe('nothing to add');
    expect(takeLog()).toEqual([]);
    expect(await client.invoke('add', 1, 5)).toEqual({ sum: 6 });
  });

  it.each([
    ['a HubException', () => new HubException('not now'), ' HubException: not now'],
    ['another error', () => new Error('the secret'), ''],
  ])('that throw %s are answered as the method would be', async (_what, error, detail) => {
    const throwing: HubFilter = {
      invoke() {
        throw error();
      },
    };
    await using host = serveHub(FilteredHub, { filters: [throwing] });
    const client = await host.connect();
    const text = `An unexpected error occurred invoking 'add' on the server.${detail}`;
    await expect(client.invoke('add', 1, 2)).rejects.toThrow(new Error(text));
    await expect(client.stream('items')).rejects.toThrow(`invoking 'items' on the server.${detail}`);
    if (detail === '') host.logger.claim('invocationFailed');
  });

  it('may go on only once', async () => {
    const twice: HubFilter = {
      async invoke(_context, next) {
        await next();
        return next();
      },
    };
    await using host = serveHub(FilteredHub, { filters: [twice], enableDetailedErrors: true });
    const client = await host.connect();
    await expect(client.invoke('add', 1, 2)).rejects.toThrow('A hub filter may go on to the next one only once.');
    host.logger.claim('invocationFailed');
  });

  it('may wrap a stream', async () => {
    const doubling: HubFilter = {
      async invoke({ kind }, next) {
        const result = await next();
        return kind === 'stream' ? double(result as AsyncIterable<number>) : result;
      },
    };
    async function* double(numbers: AsyncIterable<number>): AsyncGenerator<number> {
      for await (const number of numbers) yield number * 2;
    }
    await using host = serveHub(FilteredHub, { filters: [doubling] });
    const client = await host.connect();
    expect(await client.stream('items')).toEqual([2, 4, 6]);
  });

  it('stand around onConnected and onDisconnected', async () => {
    const lifetime: HubFilter = {
      async connect({ connectionId }, next) {
        log.push(['connect', connectionId]);
        await next();
        log.push('connected');
      },
      async disconnect(_context, error, next) {
        log.push(['disconnect', error?.message]);
        await next();
        log.push('disconnected');
      },
    };
    await using host = serveHub(FilteredHub, { filters: [lifetime] });
    takeLog();
    const client = await host.connect();
    await client.invoke('add', 1, 2);
    client.cut();
    await settled();
    expect(takeLog()).toEqual([
      ['connect', client.connectionId],
      'onConnected',
      'connected',
      'add',
      ['disconnect', 'The connection broke.'],
      'onDisconnected',
      'disconnected',
    ]);
  });

  it('that refuse a connection close it', async () => {
    const closed: HubFilter = {
      connect() {
        throw new HubException('we are closed');
      },
    };
    await using host = serveHub(FilteredHub, { filters: [closed] });
    takeLog();
    const client = await host.connect();
    expect((await client.closeMessage()).error).toBe('Connection closed with an error. HubException: we are closed');
    await settled();
    expect(takeLog()).toEqual([]);
    host.logger.claim('onConnectedFailed');
  });
});
