import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { authorize, Hub, HubException, hubMethod, type HubFilter, type HubServerOptions } from '../index.ts';
import { JsonRpcTestClient } from '../testing/json-rpc-test-client.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

class CallHub extends Hub {
  @hubMethod({ parameters: ['a', 'b'] }) subtract(a: number, b: number): number {
    return a - b;
  }
  @hubMethod({ parameters: ['text', 'times'], optional: 1 }) repeat(text: string, times = 2): string {
    return text.repeat(times);
  }
  @hubMethod() sum(...numbers: number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
  }
  @hubMethod() nothing(): void {}
  @hubMethod() nil(): null {
    return null;
  }
  @hubMethod() endless(): unknown {
    const endless: unknown[] = [];
    endless.push(endless);
    return endless;
  }
  @hubMethod() fail(): never {
    throw new TypeError('secret');
  }
  @hubMethod() async refuse(text: string): Promise<never> {
    throw new HubException(text);
  }
  @hubMethod({ args: [z.number().max(10)] }) small(value: number): number {
    return value;
  }
  @hubMethod({ parameters: ['secret'] })
  @authorize((question) => question.arguments[0] === 'open sesame')
  guarded(secret: string): string {
    return secret;
  }
  @hubMethod() async *count(): AsyncGenerator<number> {
    yield 1;
  }
  @hubMethod() items(): AsyncIterable<number> {
    return this.count();
  }
  @hubMethod({ streams: 1 }) upload(_items: AsyncIterable<unknown>): void {}
  @hubMethod({ name: 'rpc.own' }) own(): number {
    return 1;
  }
  hidden(): string {
    return 'hidden';
  }
}

const serve = (options: HubServerOptions = {}) => serveHub(CallHub, { jsonRpc: true, ...options });
const error = (code: number, message: string, data?: unknown) => ({
  error: { code, message, ...(data !== undefined && { data }) },
  id: 1,
});

describe('JSON-RPC, calls', () => {
  it('are answered with their result, or null when there is none', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('subtract', [42, 23])).toEqual({ result: 19, id: 1 });
    expect(await client.call('sum', [1, 2, 3])).toEqual({ result: 6, id: 1 });
    expect(await client.call('sum')).toEqual({ result: 0, id: 1 });
    expect(await client.call('nothing', [])).toEqual({ result: null, id: 1 });
    expect(await client.call('nil')).toEqual({ result: null, id: 1 });
  });

  it.each([1, 0, -1.5, 1e20 / 3, '', 'a"\\\u0000é😀', null])('are answered under the id %j', async (id) => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    const isExact = typeof id !== 'number' || !Number.isInteger(id) || Number.isSafeInteger(id);
    const expected = isExact ? { result: 1, id } : { error: { code: -32600 }, id: null };
    expect(await client.call('subtract', [3, 2], id)).toMatchObject(expected);
  });

  it('may be bytes of UTF-8', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.send(new TextEncoder().encode('{"jsonrpc":"2.0","method":"repeat","params":["é"],"id":"ü"}'));
    expect(await client.nextFrame()).toBe('{"jsonrpc":"2.0","result":"éé","id":"ü"}');
  });

  it('take arguments by name where the method declares names', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('subtract', { b: 23, a: 42 })).toEqual({ result: 19, id: 1 });
    expect(await client.call('repeat', { text: 'x' })).toEqual({ result: 'xx', id: 1 });
    expect(await client.call('nothing', {})).toEqual({ result: null, id: 1 });
    const refused = (detail: string) => error(-32602, 'Invalid params', detail);
    expect(await client.call('subtract', { a: 1 })).toEqual(refused("The argument 'b' is missing."));
    expect(await client.call('subtract', { a: 1, b: 2, c: 3 })).toEqual(refused("The method has no parameter 'c'."));
    expect(await client.call('sum', { a: 1 })).toEqual(refused('The method takes its arguments by position.'));
  });

  it('show filters and policies their arguments by position, however they came', async () => {
    const seen: unknown[] = [];
    const filter: HubFilter = {
      invoke: (context, next) => {
        seen.push([context.method, context.arguments]);
        return next();
      },
    };
    await using host = serve({ filters: [filter] });
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('guarded', { secret: 'open sesame' })).toEqual({ result: 'open sesame', id: 1 });
    expect(await client.call('guarded', { secret: 'x' })).toEqual(error(-32001, 'Unauthorized'));
    expect(await client.call('guarded', { other: 'open sesame' })).toMatchObject({ error: { code: -32602 } });
    expect(await client.call('missing', { a: 1 })).toEqual(error(-32601, 'Method not found'));
    expect(seen).toEqual([
      ['guarded', ['open sesame']],
      ['guarded', ['x']],
      ['guarded', []],
      [undefined, []],
    ]);
  });
});

describe('JSON-RPC, failed calls', () => {
  it.each<[string, unknown, object]>([
    ['missing', [], error(-32601, 'Method not found')],
    ['hidden', [], error(-32601, 'Method not found')],
    ['constructor', [], error(-32601, 'Method not found')],
    ['__proto__', [], error(-32601, 'Method not found')],
    ['__proto__', { a: 1 }, error(-32601, 'Method not found')],
    ['toString', [], error(-32601, 'Method not found')],
    ['then', [], error(-32601, 'Method not found')],
    ['onConnected', [], error(-32601, 'Method not found')],
    ['context', [], error(-32601, 'Method not found')],
    ['', [], error(-32601, 'Method not found')],
    ['rpc.own', [], error(-32601, 'Method not found')],
    ['rpc.login', { a: 1 }, error(-32601, 'Method not found')],
    ['subtract', [1], error(-32602, 'Invalid params')],
    ['subtract', [1, 2, 3], error(-32602, 'Invalid params')],
    ['small', ['x'], error(-32602, 'Invalid params', expect.stringContaining('Argument 1: '))],
    ['guarded', ['x'], error(-32001, 'Unauthorized')],
    ['count', [], error(-32002, 'Streams are not supported')],
    ['items', [], error(-32002, 'Streams are not supported')],
    ['upload', [], error(-32000, 'Client sent 0 stream(s), Hub method expects 1.')],
    ['refuse', ['no "way"'], error(-32000, 'no "way"')],
  ])('%s %j', async (method, params, answer) => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call(method, params)).toEqual(answer);
    expect(await client.call('sum', [1])).toEqual({ result: 1, id: 1 });
  });

  it('keep to themselves what the application did not say', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('fail')).toEqual(error(-32603, 'Internal error'));
    expect(await client.call('endless')).toEqual(error(-32603, 'Internal error'));
    host.logger.claim('invocationFailed');
  });

  it('say more with detailed errors', async () => {
    await using host = serve({ enableDetailedErrors: true });
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('fail')).toEqual(error(-32603, 'Internal error', 'TypeError: secret'));
    expect(await client.call('subtract', [1])).toEqual(
      error(
        -32602,
        'Invalid params',
        expect.stringContaining('Invocation provides 1 argument(s) but target expects 2'),
      ),
    );
    expect(await client.call('refuse', ['no'])).toEqual(error(-32000, 'no'));
    host.logger.claim('invocationFailed');
  });

  it('are not answered when they are notifications', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.notify('missing');
    client.notify('subtract', 1);
    client.notify('fail');
    client.notify('count');
    client.notify('rpc.own');
    client.notify('rpc.on');
    client.send({ jsonrpc: '2.0', method: 'subtract', params: { c: 1 } });
    expect(await client.call('sum', [1])).toEqual({ result: 1, id: 1 });
    expect(client.unread).toEqual([]);
    host.logger.claim('invocationFailed');
  });
});

describe('JSON-RPC, ids in use', () => {
  it('do not matter: each call is answered', async () => {
    const gate = deferred();
    const seen: string[] = [];
    class WaitingHub extends Hub {
      @hubMethod() async wait(name: string, signal: AbortSignal): Promise<string> {
        seen.push(`${name} ${signal.aborted}`);
        await gate.promise;
        return name;
      }
    }
    await using host = serveHub(WaitingHub, { jsonRpc: true, maximumParallelInvocations: 10 });
    const client = new JsonRpcTestClient(host.hub);
    for (const name of ['a', 'b']) {
      for (const id of [1, '1', null]) client.send({ jsonrpc: '2.0', method: 'wait', params: [name], id });
    }
    await settled();
    expect(seen).toEqual(['a false', 'a false', 'a false', 'b false', 'b false', 'b false']);
    gate.resolve();
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await client.next());
    expect(answers).toEqual(
      ['a', 'b'].flatMap((result) => [1, '1', null].map((id) => ({ jsonrpc: '2.0', result, id }))),
    );
  });
});
