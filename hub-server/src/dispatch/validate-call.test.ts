import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Hub, hubMethod, stream, type StandardSchema } from '../index.ts';
import { serveHub } from '../testing/test-hub-server.ts';

const later: StandardSchema<number, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) =>
      typeof value === 'number'
        ? { value: value + 1 }
        : { issues: [{ message: 'no number', path: [{ key: 'x' }, 0] }] },
  },
};

let calls = 0;

class ValidatedHub extends Hub {
  @hubMethod({ args: [z.number().int().max(10)] }) zod(n: number): number {
    calls += 1;
    return n;
  }
  @hubMethod({ args: [v.pipe(v.string(), v.minLength(2))] }) valibot(text: string): string {
    calls += 1;
    return text;
  }
  @hubMethod({ args: [type({ name: 'string', 'age?': 'number' })] }) arktype(user: { name: string }): string {
    calls += 1;
    return user.name;
  }
  @hubMethod({ args: [later] }) later(n: number): number {
    calls += 1;
    return n;
  }
  @hubMethod({ args: [z.string().transform((text) => text.length), z.string().default('none')] })
  transform(length: number, text: string): readonly unknown[] {
    return [length, text];
  }
  @hubMethod({ args: [z.string(), z.number().optional()] }) optional(text: string, n?: number): readonly unknown[] {
    return [text, n ?? null];
  }
  @hubMethod({ args: [z.string()] }) signal(text: string, signal: AbortSignal): readonly unknown[] {
    return [text, signal.aborted];
  }
  @hubMethod({ args: [stream(z.number()), z.string(), stream(later)] })
  async upload(a: AsyncIterable<number>, text: string, b: AsyncIterable<number>): Promise<readonly unknown[]> {
    return [await sum(a), text, await sum(b)];
  }
  @hubMethod({ result: z.object({ open: z.string() }) }) result(): { open: string } {
    const value = { open: 'yes', secret: 'no' };
    return value;
  }
  @hubMethod({ result: z.number() }) async wrongResult(): Promise<number> {
    return 'the secret' as never;
  }
  @hubMethod({ item: z.number() }) async *items(count: number): AsyncGenerator<number> {
    for (let item = 0; item < count; item += 1) yield item === 2 ? ('the secret' as never) : item;
  }
  @hubMethod({ item: z.number().transform((n) => n * 2) }) *doubled(): Generator<number> {
    yield* [1, 2];
  }
}

async function sum(numbers: AsyncIterable<number>): Promise<number> {
  let total = 0;
  for await (const number of numbers) total += number;
  return total;
}

const refused = (name: string, detail: string): Error =>
  new Error(`Failed to invoke '${name}' due to an error on the server. HubException: ${detail}`);

describe('schemas of arguments', () => {
  it.each([
    ['zod', [5], 5],
    ['valibot', ['ab'], 'ab'],
    ['arktype', [{ name: 'Ann' }], 'Ann'],
    ['later', [1], 2],
    ['transform', ['four', 'x'], [4, 'x']],
    ['transform', ['four'], [4, 'none']],
    ['optional', ['a'], ['a', null]],
    ['optional', ['a', 1], ['a', 1]],
    ['signal', ['a'], ['a', false]],
  ] as const)('let %s have %j', async (target, args, result) => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    expect(await client.invoke(target, ...args)).toEqual(result);
  });

  it.each([
    ['zod', [11], 'Argument 1: Too big: expected number to be <=10'],
    ['zod', ['5'], 'Argument 1: Invalid input: expected number, received string'],
    ['zod', [], 'Argument 1: Invalid input: expected number, received undefined'],
    ['valibot', ['a'], 'Argument 1: Invalid length: Expected >=2 but received 1'],
    ['arktype', [{ name: 5 }], "Argument 1 at 'name': name must be a string (was a number)"],
    ['later', ['x'], "Argument 1 at 'x.0': no number"],
    ['optional', [1, 'x'], 'Argument 1: Invalid input: expected string, received number'],
  ] as const)('keep %j from being called with %j, and say why', async (target, args, detail) => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    const before = calls;
    await expect(client.invoke(target, ...args)).rejects.toThrow(refused(target, detail));
    expect(calls).toBe(before);
  });

  it('do not change how many arguments there may be at most', async () => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    await expect(client.invoke('zod', 1, 2)).rejects.toThrow("Failed to invoke 'zod' due to an error on the server.");
  });

  it('check uploaded streams item by item, at any position', async () => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    const good = client.begin('upload', ['x'], ['a', 'b']);
    client.upload('a', 1, 2);
    client.upload('b', 1, 2);
    client.endUpload('a');
    client.endUpload('b');
    expect((await client.completion(good)).outcome).toEqual({ kind: 'result', result: [3, 'x', 5] });
    const bad = client.begin('upload', ['x'], ['a', 'b']);
    client.upload('a', 1, 'two');
    expect((await client.completion(bad)).outcome).toEqual({
      kind: 'error',
      error:
        "An unexpected error occurred invoking 'upload' on the server. HubException: Argument 1, item: Invalid input: expected number, received string",
    });
    expect(await client.invoke('zod', 1)).toBe(1);
  });
});

describe('schemas of answers', () => {
  it('send what the schema makes of a result', async () => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    expect(await client.invoke('result')).toEqual({ open: 'yes' });
  });

  it('keep a wrong result, and what is wrong with it, to the server', async () => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    await expect(client.invoke('wrongResult')).rejects.toThrow(
      new Error("Failed to invoke 'wrongResult' due to an error on the server."),
    );
    host.logger.claim('invocationFailed');
  });

  it('check items one by one', async () => {
    await using host = serveHub(ValidatedHub);
    const client = await host.connect();
    expect(await client.stream('items', 2)).toEqual([0, 1]);
    expect(await client.stream('doubled')).toEqual([2, 4]);
    const call = client.beginStream('items', [5]);
    expect([await client.item(call), await client.item(call)]).toEqual([0, 1]);
    const error = 'An error occurred on the server while streaming results.';
    expect((await client.completion(call)).outcome).toEqual({ kind: 'error', error });
    host.logger.claim('invocationFailed');
  });

  it('mark a method as one that streams', async () => {
    class StreamingHub extends Hub {
      static made = 0;
      @hubMethod({ item: z.number() }) numbers(): AsyncIterable<number> {
        StreamingHub.made += 1;
        return new ReadableStream<number>() as never;
      }
    }
    await using host = serveHub(StreamingHub);
    const client = await host.connect();
    await expect(client.invoke('numbers')).rejects.toThrow("The client attempted to invoke the streaming 'numbers'");
    expect(StreamingHub.made).toBe(0);
  });
});
