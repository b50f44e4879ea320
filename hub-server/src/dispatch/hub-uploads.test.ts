import { MessageType } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, isHubException } from '../index.ts';
import type { TestClient } from '../testing/test-client.ts';
import { deferred, serveHub, settled } from '../testing/test-hub-server.ts';

const gates = { ignore: deferred(), slow: deferred() };
const seen: unknown[] = [];

class UploadHub extends Hub {
  @hubMethod({ streams: 1 }) async concat(prefix: string, items: AsyncIterable<string>): Promise<string> {
    let text = prefix;
    for await (const item of items) text += item;
    return text;
  }
  @hubMethod({ streams: 2 }) async sums(a: AsyncIterable<number>, b: AsyncIterable<number>): Promise<number[]> {
    return Promise.all([sum(a), sum(b)]);
  }
  @hubMethod({ streams: [0] }) async first(items: AsyncIterable<string>, suffix: string): Promise<string> {
    return (await this.concat('', items)) + suffix;
  }
  @hubMethod({ streams: [0, 2] }) async around(
    a: AsyncIterable<number>,
    x: number,
    b: AsyncIterable<number>,
  ): Promise<unknown> {
    return [await sum(a), x, await sum(b)];
  }
  @hubMethod({ streams: 1 }) async *echo(items: AsyncIterable<unknown>): AsyncGenerator {
    yield* items;
  }
  @hubMethod() undeclared(items: AsyncIterable<number>): Promise<number> {
    return sum(items);
  }
  @hubMethod({ streams: 1 }) async take(count: number, items: AsyncIterable<unknown>): Promise<unknown[]> {
    const taken: unknown[] = [];
    for await (const item of items) if (taken.push(item) === count) break;
    return taken;
  }
  @hubMethod({ streams: 1 }) async ignore(_items: AsyncIterable<unknown>): Promise<string> {
    await gates.ignore.promise;
    return 'ignored';
  }
  @hubMethod({ streams: 1 }) async watch(items: AsyncIterable<unknown>): Promise<void> {
    try {
      for await (const item of items) seen.push(item);
    } catch (error) {
      seen.push(isHubException(error) ? 'HubException' : error instanceof Error ? error.name : error);
      throw error;
    }
  }
  @hubMethod() plain(a: number): number {
    return a;
  }
}

async function sum(numbers: AsyncIterable<number>): Promise<number> {
  let total = 0;
  for await (const number of numbers) total += number;
  return total;
}

async function resultOf(client: TestClient, call: string): Promise<unknown> {
  const { outcome } = await client.completion(call);
  return outcome.kind === 'result' ? outcome.result : outcome.kind === 'error' ? outcome.error : undefined;
}

describe('an uploaded stream', () => {
  it('is read by its method', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    const call = client.begin('concat', ['>'], ['u1']);
    client.upload('u1', 'a', 'b');
    client.upload('u1', 'c');
    client.endUpload('u1');
    expect(await resultOf(client, call)).toBe('>abc');
  });

  it('goes beside others of the same call', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    const call = client.begin('sums', [], ['a', 'b']);
    client.upload('b', 10);
    client.upload('a', 1);
    client.upload('b', 20);
    client.endUpload('b');
    client.upload('a', 2);
    client.endUpload('a');
    expect(await resultOf(client, call)).toEqual([3, 30]);
  });

  it('stands where the method declares it', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    const first = client.begin('first', ['!'], ['u']);
    client.upload('u', 'a');
    client.endUpload('u');
    expect(await resultOf(client, first)).toBe('a!');
    const around = client.begin('around', [5], ['a', 'b']);
    client.upload('a', 1);
    client.upload('b', 2);
    client.endUpload('a');
    client.endUpload('b');
    expect(await resultOf(client, around)).toEqual([1, 5, 2]);
    const undeclared = client.begin('undeclared', [], ['u']);
    client.upload('u', 7);
    client.endUpload('u');
    expect(await resultOf(client, undeclared)).toBe(7);
  });

  it('can be streamed back', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    const call = client.beginStream('echo', [], ['u']);
    for (const item of ['x', { y: 1 }, null]) {
      client.upload('u', item);
      expect(await client.item(call)).toEqual(item);
    }
    client.endUpload('u');
    expect((await client.completion(call)).outcome).toEqual({ kind: 'void' });
  });

  it.each([
    [{ target: 'concat', args: ['>'], streamIds: [] }, 'Client sent 0 stream(s), Hub method expects 1.'],
    [{ target: 'concat', args: ['>'], streamIds: ['a', 'b'] }, 'Client sent 2 stream(s), Hub method expects 1.'],
    [{ target: 'plain', args: [1], streamIds: ['a'] }, 'Client sent 1 stream(s), Hub method expects 0.'],
  ] as const)('is refused by %j', async ({ target, args, streamIds }, text) => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    expect(await resultOf(client, client.begin(target, args, streamIds))).toBe(
      `An unexpected error occurred invoking '${target}' on the server. HubException: ${text}`,
    );
    client.upload('a', 1);
    client.endUpload('a');
    expect(await client.invoke('plain', 1)).toBe(1);
  });

  it('fails as the client says', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    const call = client.begin('watch', [], ['u']);
    client.upload('u', 1);
    client.endUpload('u', 'disk on fire');
    expect(await resultOf(client, call)).toBe(
      "An unexpected error occurred invoking 'watch' on the server. HubException: disk on fire",
    );
    expect(seen.splice(0)).toEqual([1, 'HubException']);
  });

  it('fails when the connection ends', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    client.begin('watch', [], ['u']);
    client.upload('u', 1);
    await settled();
    client.cut();
    await settled();
    expect(seen.splice(0)).toEqual([1, 'HubServerError']);
    // A client that leaves is no defect of anybody's.
    expect(host.logger.claim('invocationFailed')).toMatchObject([{ level: 'debug' }]);
  });

  it('may be left early', async () => {
    await using host = serveHub(UploadHub, { streamBufferItems: 2 });
    const client = await host.connect();
    const call = client.begin('take', [1], ['u']);
    client.upload('u', ...Array.from({ length: 50 }, (_, index) => index));
    expect(await resultOf(client, call)).toEqual([0]);
    client.upload('u', 'late');
    client.endUpload('u');
    expect(await client.invoke('plain', 1)).toBe(1);
  });

  it('holds the connection back while its buffer is full, and only so long', async () => {
    await using host = serveHub(UploadHub, { streamBufferItems: 3 });
    const client = await host.connect();
    gates.ignore = deferred();
    const call = client.begin('ignore', [], ['u']);
    await settled();
    for (let item = 0; item < 10; item += 1) client.upload('u', item);
    const behind = client.begin('plain', [1]);
    await settled();
    expect(client.unread).toEqual([]);
    gates.ignore.resolve();
    expect(await resultOf(client, call)).toBe('ignored');
    expect(await resultOf(client, behind)).toBe(1);
  });

  it('that is complete, full and never read holds nobody back once its method is over', async () => {
    await using host = serveHub(UploadHub, { streamBufferItems: 2 });
    const client = await host.connect();
    gates.ignore = deferred();
    const call = client.begin('ignore', [], ['u']);
    client.sendMessages(
      { type: MessageType.StreamItem, invocationId: 'u', item: 1 },
      { type: MessageType.StreamItem, invocationId: 'u', item: 2 },
      { type: MessageType.Completion, invocationId: 'u', outcome: { kind: 'void' } },
    );
    await settled();
    gates.ignore.resolve();
    expect(await resultOf(client, call)).toBe('ignored');
    expect(await client.invoke('plain', 1)).toBe(1);
  });

  it('counts against maximumStreams until its method is over', async () => {
    await using host = serveHub(UploadHub, { maximumStreams: 1 });
    const client = await host.connect();
    gates.ignore = deferred();
    const call = client.begin('ignore', [], ['u']);
    client.endUpload('u');
    const refused = await resultOf(client, client.begin('ignore', [], ['v']));
    expect(refused).toContain('HubException: At most 1 streams may be open at once.');
    gates.ignore.resolve();
    await client.completion(call);
    const next = client.begin('concat', [''], ['v']);
    client.endUpload('v');
    expect(await resultOf(client, next)).toBe('');
  });

  it('with an id that is in use is refused, and leaves no stream open', async () => {
    await using host = serveHub(UploadHub, { maximumStreams: 2 });
    const client = await host.connect();
    expect(await resultOf(client, client.begin('sums', [], ['same', 'same']))).toBe(
      "An unexpected error occurred invoking 'sums' on the server.",
    );
    const call = client.begin('sums', [], ['same', 'other']);
    client.upload('same', 1);
    client.endUpload('same');
    client.endUpload('other');
    expect(await resultOf(client, call)).toEqual([1, 0]);
  });

  it('of a call that waits is kept until the call begins', async () => {
    const gate = deferred();
    class LateHub extends UploadHub {
      override async onConnected(): Promise<void> {
        await gate.promise;
      }
    }
    await using host = serveHub(LateHub);
    const client = await host.connect();
    const call = client.begin('concat', [''], ['u']);
    client.upload('u', 'a');
    client.endUpload('u');
    await settled();
    gate.resolve();
    expect(await resultOf(client, call)).toBe('a');
  });

  it('that nobody asked for is ignored', async () => {
    await using host = serveHub(UploadHub);
    const client = await host.connect();
    client.upload('ghost', 1, 2, 3);
    client.endUpload('ghost', 'boo');
    expect(await client.invoke('plain', 1)).toBe(1);
  });
});
