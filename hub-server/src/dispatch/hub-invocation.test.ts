import { JsonHubProtocol, MessageType } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { Hub, HubException, hubMethod } from '../index.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

class TestError extends Error {
  override readonly name = 'TestError';
}

class CallHub extends Hub {
  @hubMethod() add(a: number, b: number): number {
    return a + b;
  }
  @hubMethod() async addLater(a: number, b: number): Promise<number> {
    await settled();
    return a + b;
  }
  @hubMethod() nothing(): void {}
  @hubMethod() null(): null {
    return null;
  }
  @hubMethod() echo(value: unknown): unknown {
    return value;
  }
  @hubMethod() join(first: string, ...rest: string[]): string {
    return [first, ...rest].join();
  }
  @hubMethod({ optional: 1 }) greet(name: string, greeting = 'Hello'): string {
    return `${greeting}, ${name}`;
  }
  @hubMethod({ optional: 1 }) late(name?: string, signal?: AbortSignal): unknown[] {
    return [name ?? null, signal instanceof AbortSignal];
  }
  @hubMethod() fail(): void {
    throw new TestError('the secret');
  }
  @hubMethod() async failLater(): Promise<void> {
    await settled();
    throw new TestError('the secret');
  }
  @hubMethod() refuse(text: string): void {
    throw new HubException(text);
  }
  @hubMethod() throwNothing(): void {
    throw undefined as unknown as Error;
  }
  @hubMethod() throwOddity(): void {
    throw Object.create(null) as Error;
  }
  @hubMethod() circular(): unknown {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    return value;
  }
  @hubMethod() async *items(): AsyncGenerator<number> {
    yield 1;
  }
  @hubMethod() hiddenStream(): AsyncIterable<number> {
    return this.items();
  }
  @hubMethod() lockedStream(): ReadableStream<number> {
    const stream = new ReadableStream<number>();
    stream.getReader();
    return stream;
  }
  @hubMethod() async lockedStreamLater(): Promise<ReadableStream<number>> {
    return this.lockedStream();
  }
  @hubMethod() thenable(): unknown {
    // oxlint-disable-next-line unicorn/no-thenable -- such results have to be awaited too
    return { then: (resolve: (value: string) => void) => resolve('awaited') };
  }
}

const failedText = (name: string): string => `An unexpected error occurred invoking '${name}' on the server.`;
const cannotBind = (name: string): string => `Failed to invoke '${name}' due to an error on the server.`;

describe('a call', () => {
  it.each([
    ['add', [1, 2], 3],
    ['addLater', [1, 2], 3],
    ['ADD', [1, 2], 3],
    ['null', [], null],
    ['echo', [{ a: [1, 'x', null, true] }], { a: [1, 'x', null, true] }],
    ['join', ['a'], 'a'],
    ['join', ['a', 'b', 'c'], 'a,b,c'],
    ['greet', ['Ann'], 'Hello, Ann'],
    ['greet', ['Ann', 'Hi'], 'Hi, Ann'],
    ['late', [], [null, true]],
    ['late', ['x'], ['x', true]],
    ['thenable', [], 'awaited'],
  ] as const)('of %s with %j is answered %j', async (target, args, result) => {
    await using host = serveHub(CallHub);
    const client = await host.connect();
    expect(await client.invoke(target, ...args)).toEqual(result);
  });

  it('without a result is answered without one', async () => {
    await using host = serveHub(CallHub);
    const client = await host.connect();
    expect((await client.completion(client.begin('nothing'))).outcome).toEqual({ kind: 'void' });
    expect((await client.completion(client.begin('null'))).outcome).toEqual({ kind: 'result', result: null });
  });

  it.each([
    ['absent', [], "Unknown hub method 'absent'"],
    ['toString', [], "Unknown hub method 'toString'"],
    ['add', [1], cannotBind('add')],
    ['ADD', [1, 2, 3], cannotBind('add')],
    ['nothing', [1], cannotBind('nothing')],
    ['join', [], cannotBind('join')],
    ['fail', [], failedText('fail')],
    ['FailLater', [], failedText('failLater')],
    ['refuse', ['no seat'], `${failedText('refuse')} HubException: no seat`],
    ['throwNothing', [], failedText('throwNothing')],
    ['throwOddity', [], failedText('throwOddity')],
    ['circular', [], cannotBind('circular')],
    ['items', [], "The client attempted to invoke the streaming 'items' method with a non-streaming invocation."],
    [
      'hiddenStream',
      [],
      "The client attempted to invoke the streaming 'hiddenStream' method with a non-streaming invocation.",
    ],
    ['lockedStream', [], failedText('lockedStream')],
    ['lockedStreamLater', [], failedText('lockedStreamLater')],
  ] as const)('of %s with %j fails with the text of the protocol', async (target, args, text) => {
    await using host = serveHub(CallHub);
    const client = await host.connect();
    await expect(client.invoke(target, ...args)).rejects.toThrow(new Error(text));
    expect(await client.invoke('add', 1, 2)).toBe(3);
    claimFailures(host.logger);
  });

  it.each([
    ['add', [1], `${cannotBind('add')} InvalidDataException: Invocation provides 1 argument(s) but target expects 2.`],
    [
      'add',
      [1, 2, 3],
      `${cannotBind('add')} InvalidDataException: Invocation provides 3 argument(s) but target expects 2.`,
    ],
    ['fail', [], `${failedText('fail')} TestError: the secret`],
    ['refuse', ['no seat'], `${failedText('refuse')} HubException: no seat`],
    ['throwNothing', [], `${failedText('throwNothing')} Error: undefined`],
    ['throwOddity', [], `${failedText('throwOddity')} Error: object`],
  ] as const)('of %s with %j fails with details where they are enabled', async (target, args, text) => {
    await using host = serveHub(CallHub, { enableDetailedErrors: true });
    const client = await host.connect();
    await expect(client.invoke(target, ...args)).rejects.toThrow(new Error(text));
    claimFailures(host.logger);
  });

  it('says why a result cannot be encoded where details are enabled', async () => {
    await using host = serveHub(CallHub, { enableDetailedErrors: true });
    const client = await host.connect();
    await expect(client.invoke('circular')).rejects.toThrow(`${cannotBind('circular')} HubProtocolError: `);
    expect(host.logger.claim('invocationFailed')).toMatchObject([
      { fields: { error: { code: 'HUB_INVALID_RESULT' } } },
    ]);
  });

  it('that wants no answer gets none, whatever happens', async () => {
    await using host = serveHub(CallHub);
    const client = await host.connect();
    for (const target of ['add', 'fail', 'failLater', 'refuse', 'absent', 'items', 'circular']) client.send(target, 1);
    client.send('echo', 1);
    expect(await client.invoke('add', 1, 2)).toBe(3);
    await settled();
    expect(client.unread).toEqual([]);
    claimFailures(host.logger);
  });

  it('that fails is logged: as an error only when nobody has foreseen it', async () => {
    await using host = serveHub(CallHub);
    const client = await host.connect();
    await client.invoke('refuse', 'no').catch(() => {});
    await client.invoke('add').catch(() => {});
    expect(host.logger.events.filter(({ event }) => event === 'invocationFailed').map(({ level }) => level)).toEqual([
      'debug',
      'debug',
    ]);
    await client.invoke('fail').catch(() => {});
    const [, , logged] = host.logger.claim('invocationFailed');
    expect(logged).toMatchObject({ level: 'error', fields: { target: 'fail', connectionId: client.connectionId } });
  });

  it('of one connection runs in order, one at a time', async () => {
    const log: string[] = [];
    const gates = [deferred(), deferred()];
    class OrderHub extends Hub {
      @hubMethod() async run(index: number): Promise<void> {
        log.push(`begin ${index}`);
        await gates[index]?.promise;
        log.push(`end ${index}`);
      }
      @hubMethod() quick(): void {
        log.push('quick');
      }
    }
    await using host = serveHub(OrderHub);
    const client = await host.connect();
    client.send('run', 0);
    client.send('run', 1);
    client.send('quick');
    const done = client.begin('run', [2]);
    await settled();
    expect(log).toEqual(['begin 0']);
    gates[1]?.resolve();
    gates[0]?.resolve();
    await client.completion(done);
    expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'quick', 'begin 2', 'end 2']);
  });

  it('runs beside others up to maximumParallelInvocations', async () => {
    const gate = deferred();
    let running = 0;
    class ParallelHub extends Hub {
      @hubMethod() async run(): Promise<void> {
        running += 1;
        await gate.promise;
      }
    }
    await using host = serveHub(ParallelHub, { maximumParallelInvocations: 3 });
    const client = await host.connect();
    const calls = Array.from({ length: 5 }, () => client.begin('run'));
    await settled();
    expect(running).toBe(3);
    gate.resolve();
    for (const call of calls) await client.completion(call);
    expect(running).toBe(5);
  });

  it('is answered behind what its method sent', async () => {
    class SendFirstHub extends Hub {
      @hubMethod() async tell(): Promise<string> {
        void this.clients.caller['first']?.();
        await this.clients.caller['second']?.();
        return 'third';
      }
    }
    await using host = serveHub(SendFirstHub);
    const client = await host.connect();
    client.begin('tell');
    await settled();
    expect(client.unread.map((message) => ('target' in message ? message.target : message.type))).toEqual([
      'first',
      'second',
      MessageType.Completion,
    ]);
  });

  it('is answered in the protocol of its connection', async () => {
    class TaggingProtocol extends JsonHubProtocol {
      override readonly name = 'json' as const;
    }
    await using host = serveHub(CallHub, { protocols: [new TaggingProtocol()] });
    const client = await host.connect();
    expect(await client.invoke('echo', 'ä')).toBe('ä');
  });
});

describe('a call that is cancelled', () => {
  class CancelHub extends Hub {
    static readonly log: string[] = [];
    @hubMethod() async wait(signal: AbortSignal): Promise<void> {
      CancelHub.log.push('begin');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      CancelHub.log.push('aborted');
      signal.throwIfAborted();
    }
  }

  it('is told, and answered', async () => {
    await using host = serveHub(CancelHub);
    const client = await host.connect();
    const call = client.begin('wait');
    await settled();
    client.cancel(call);
    expect((await client.completion(call)).outcome).toEqual({ kind: 'error', error: failedText('wait') });
    expect(CancelHub.log.splice(0)).toEqual(['begin', 'aborted']);
  });

  it('does not begin when it still waits, and is answered', async () => {
    await using host = serveHub(CancelHub);
    const client = await host.connect();
    const first = client.begin('wait');
    const second = client.begin('wait');
    await settled();
    client.cancel(second);
    expect((await client.completion(second)).outcome).toEqual({
      kind: 'error',
      error: `${failedText('wait')} HubException: The call was cancelled before it began.`,
    });
    client.cancel(first);
    await client.completion(first);
    expect(CancelHub.log.splice(0)).toEqual(['begin', 'aborted']);
  });

  it('is left alone when it is over or never was', async () => {
    await using host = serveHub(CallHub);
    const client = await host.connect();
    const call = client.begin('add', [1, 2]);
    await client.completion(call);
    client.cancel(call);
    client.cancel('never');
    expect(await client.invoke('add', 1, 2)).toBe(3);
    expect(client.unread).toEqual([]);
  });

  it('ends with its connection', async () => {
    await using host = serveHub(CancelHub);
    const client = await host.connect();
    client.send('wait');
    await settled();
    client.close();
    await settled();
    expect(CancelHub.log.splice(0)).toEqual(['begin', 'aborted']);
  });

  it('keeps its id to itself', async () => {
    await using host = serveHub(CancelHub, { maximumParallelInvocations: 2 });
    const client = await host.connect();
    const call = client.begin('wait');
    client.sendMessages({ type: MessageType.Invocation, invocationId: call, target: 'wait', arguments: [] });
    expect((await client.completion(call)).outcome).toEqual({
      kind: 'error',
      error: `Invocation ID '${call}' is already in use.`,
    });
    client.cancel(call);
    await client.completion(call);
    expect(CancelHub.log.splice(0)).toEqual(['begin', 'aborted']);
  });
});

function claimFailures(logger: { readonly events: readonly { event: string }[]; claim(event: string): unknown }): void {
  if (logger.events.some(({ event }) => event === 'invocationFailed')) logger.claim('invocationFailed');
}
