import { MessageType } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { Hub, HubException, hubMethod } from '../index.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

const log: string[] = [];

function takeLog(): readonly string[] {
  return log.splice(0);
}

const circular: unknown[] = [];
circular.push(circular);

class StreamHub extends Hub {
  @hubMethod() *sync(): Generator<string> {
    yield* ['a', 'b', 'c'];
  }
  @hubMethod() async *async(count: number): AsyncGenerator<number> {
    for (let item = 0; item < count; item += 1) yield item;
  }
  @hubMethod() async later(): Promise<AsyncIterable<number>> {
    await settled();
    return this.async(2);
  }
  @hubMethod() readable(): ReadableStream<string> {
    return new ReadableStream({
      start(controller) {
        controller.enqueue('x');
        controller.enqueue('y');
        controller.close();
      },
    });
  }
  @hubMethod() observable(): unknown {
    return {
      subscribe(observer: { next(value: number): void; complete(): void }) {
        observer.next(1);
        observer.next(2);
        observer.complete();
      },
    };
  }
  @hubMethod() async *endless(signal: AbortSignal): AsyncGenerator<number> {
    log.push('begin');
    signal.addEventListener('abort', () => log.push('aborted'));
    try {
      for (let item = 0; ; item += 1) {
        yield item;
        await settled();
      }
    } finally {
      log.push('finally');
    }
  }
  @hubMethod() async *stuck(signal: AbortSignal): AsyncGenerator<number> {
    signal.addEventListener('abort', () => log.push('aborted'));
    yield 1;
    await new Promise(() => {});
  }
  @hubMethod() async *failing(count: number): AsyncGenerator<number> {
    for (let item = 0; item < count; item += 1) yield item;
    throw new Error('the secret');
  }
  @hubMethod() async *refusing(): AsyncGenerator<number> {
    yield 1;
    throw new HubException('no more');
  }
  @hubMethod() notAStream(): readonly number[] {
    return [1, 2];
  }
  @hubMethod() throwing(): AsyncIterable<number> {
    throw new Error('the secret');
  }
  @hubMethod() async *unencodable(): AsyncGenerator {
    yield 1;
    yield circular;
  }
  @hubMethod() locked(): ReadableStream<number> {
    const stream = new ReadableStream<number>();
    stream.getReader();
    return stream;
  }
  @hubMethod() add(a: number, b: number): number {
    return a + b;
  }
}

describe('a stream', () => {
  it.each([
    ['sync', [], ['a', 'b', 'c']],
    ['async', [3], [0, 1, 2]],
    ['async', [0], []],
    ['later', [], [0, 1]],
    ['readable', [], ['x', 'y']],
    ['observable', [], [1, 2]],
  ] as const)('of %s with %j gives %j', async (target, args, items) => {
    await using host = serveHub(StreamHub);
    const client = await host.connect();
    expect(await client.stream(target, ...args)).toEqual(items);
  });

  it.each([
    ['absent', "Unknown hub method 'absent'"],
    ['notAStream', "The client attempted to invoke the non-streaming 'notAStream' method with a streaming invocation."],
    ['throwing', "An unexpected error occurred invoking 'throwing' on the server."],
    ['locked', "An unexpected error occurred invoking 'locked' on the server."],
    ['refusing', 'An error occurred on the server while streaming results. HubException: no more'],
    ['unencodable', 'An error occurred on the server while streaming results.'],
  ] as const)('of %s fails with the text of the protocol', async (target, text) => {
    await using host = serveHub(StreamHub);
    const client = await host.connect();
    await expect(client.stream(target)).rejects.toThrow(new Error(text));
    expect(await client.invoke('add', 1, 2)).toBe(3);
    if (host.logger.events.some(({ event }) => event === 'invocationFailed')) host.logger.claim('invocationFailed');
  });

  it('that fails gives the items before, and details where they are enabled', async () => {
    await using host = serveHub(StreamHub, { enableDetailedErrors: true });
    const client = await host.connect();
    const call = client.beginStream('failing', [2]);
    expect([await client.item(call), await client.item(call)]).toEqual([0, 1]);
    expect((await client.completion(call)).outcome).toEqual({
      kind: 'error',
      error: 'An error occurred on the server while streaming results. Error: the secret',
    });
    host.logger.claim('invocationFailed');
  });

  it('that is cancelled ends its method and is completed', async () => {
    await using host = serveHub(StreamHub);
    const client = await host.connect();
    const call = client.beginStream('endless');
    await client.item(call);
    client.cancel(call);
    expect((await client.completion(call)).outcome).toEqual({ kind: 'void' });
    await settled();
    expect(takeLog()).toEqual(['begin', 'aborted', 'finally']);
  });

  it('that is cancelled does not wait for a method that is stuck', async () => {
    await using host = serveHub(StreamHub);
    const client = await host.connect();
    const call = client.beginStream('stuck');
    await client.item(call);
    client.cancel(call);
    expect((await client.completion(call)).outcome).toEqual({ kind: 'void' });
    expect(takeLog()).toEqual(['aborted']);
  });

  it('ends with its connection', async () => {
    await using host = serveHub(StreamHub);
    const client = await host.connect();
    await client.item(client.beginStream('endless'));
    client.close();
    await settled();
    await settled();
    expect(takeLog()).toEqual(['begin', 'aborted', 'finally']);
  });

  it('keeps no call waiting, and starts without waiting for a running one', async () => {
    const gate = deferred();
    class BusyHub extends StreamHub {
      @hubMethod() async hold(): Promise<void> {
        await gate.promise;
      }
    }
    await using host = serveHub(BusyHub);
    const client = await host.connect();
    const endless = client.beginStream('endless');
    await client.item(endless);
    const held = client.begin('hold');
    expect(await client.stream('sync')).toEqual(['a', 'b', 'c']);
    gate.resolve();
    await client.completion(held);
    client.cancel(endless);
    await client.completion(endless);
    await settled();
    takeLog();
  });

  it('with the id of another is refused, and the other goes on', async () => {
    await using host = serveHub(StreamHub);
    const client = await host.connect();
    const call = client.beginStream('endless');
    await client.item(call);
    client.sendMessages({ type: MessageType.StreamInvocation, invocationId: call, target: 'sync', arguments: [] });
    const error = `Invocation ID '${call}' is already in use.`;
    expect((await client.completion(call)).outcome).toEqual({ kind: 'error', error });
    await client.item(call);
    client.cancel(call);
    await client.completion(call);
    await settled();
    expect(takeLog()).toEqual(['begin', 'aborted', 'finally']);
  });

  it('is held back while the client does not read', async () => {
    let produced = 0;
    class FastHub extends Hub {
      @hubMethod() async *fast(): AsyncGenerator<string> {
        for (;;) {
          produced += 1;
          yield 'x'.repeat(1000);
        }
      }
    }
    await using host = serveHub(FastHub);
    const client = await host.connect({ sendBufferBytes: 10_000 });
    client.pause();
    const call = client.beginStream('fast');
    await settled();
    const held = produced;
    expect(held).toBeGreaterThan(8);
    // One turn's frame and what the transport takes before it says that it is full.
    expect(held).toBeLessThan(50);
    await settled();
    expect(produced).toBe(held);
    client.resume();
    for (let item = 0; item < 30; item += 1) await client.item(call);
    client.cancel(call);
    await client.completion(call);
  });

  it('beyond maximumStreams is refused, and has its place back when one ends', async () => {
    await using host = serveHub(StreamHub, { maximumStreams: 2 });
    const client = await host.connect();
    const [first, second] = [client.beginStream('stuck'), client.beginStream('stuck')];
    await expect(client.stream('sync')).rejects.toThrow(
      new Error(
        "An unexpected error occurred invoking 'sync' on the server. HubException: At most 2 streams may be open at once.",
      ),
    );
    client.cancel(first);
    await client.completion(first);
    expect(await client.stream('sync')).toEqual(['a', 'b', 'c']);
    expect(await client.stream('sync')).toEqual(['a', 'b', 'c']);
    client.cancel(second);
    await client.completion(second);
    takeLog();
  });
});
