import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hub, hubMethod, type HubServerOptions } from '../index.ts';
import { JsonRpcTestClient } from '../testing/json-rpc-test-client.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

const waiting = new Map<string, () => void>();

class BatchHub extends Hub {
  @hubMethod() echo(value: unknown): unknown {
    return value;
  }
  @hubMethod() async wait(name: string): Promise<string> {
    await new Promise<void>((resolve) => waiting.set(name, resolve));
    return name;
  }
  @hubMethod() leave(): void {
    this.context.abort();
  }
  @hubMethod() ask(): Promise<unknown> | undefined {
    return this.clients.caller.invoke['name']?.();
  }
}

const serve = (options: HubServerOptions = {}) =>
  serveHub(BatchHub, { jsonRpc: true, maximumParallelInvocations: 10, ...options });
const request = (id: unknown, method = 'echo', ...params: unknown[]) => ({ jsonrpc: '2.0', method, params, id });
const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', result: value, id });
const failure = (id: unknown, code: number) => ({ jsonrpc: '2.0', error: expect.objectContaining({ code }), id });

describe('JSON-RPC, batches', () => {
  it('are answered in one frame and in order, when the last answer is there', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.send([
      request(1, 'wait', 'slow'),
      request(2, 'echo', 'b'),
      1,
      request(3, 'wait', 'slower'),
      request(4, 'no'),
    ]);
    client.send(request(5, 'echo', 'other'));
    expect(await client.next()).toEqual(result(5, 'other'));
    waiting.get('slower')?.();
    await settled();
    expect(client.unread).toEqual([]);
    waiting.get('slow')?.();
    expect(await client.next()).toEqual([
      result(1, 'slow'),
      result(2, 'b'),
      failure(null, -32600),
      result(3, 'slower'),
      failure(4, -32601),
    ]);
  });

  it('keep apart calls of the same id, in one batch and in several', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.send([
      request(1, 'wait', 'a'),
      request(1, 'echo', 'b'),
      request(null, 'echo', 'c'),
      request(null, 'echo', 'd'),
    ]);
    client.send([request(1, 'echo', 'e')]);
    client.send(request(1, 'echo', 'f'));
    expect(await client.next()).toEqual([result(1, 'e')]);
    expect(await client.next()).toEqual(result(1, 'f'));
    waiting.get('a')?.();
    expect(await client.next()).toEqual([result(1, 'a'), result(1, 'b'), result(null, 'c'), result(null, 'd')]);
  });

  it('of notifications are not answered', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    const { id: _, ...notification } = request(0);
    client.send([notification, { ...notification, method: 'missing' }]);
    client.send([{ jsonrpc: '2.0', result: 1, id: 's77' }]);
    client.send([notification, request(1, 'echo', 'x')]);
    expect(await client.next()).toEqual([result(1, 'x')]);
    expect(client.unread).toEqual([]);
  });

  it('may answer the server, beside calls', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.send([request(1, 'ask')]);
    expect(await client.next()).toEqual({ jsonrpc: '2.0', method: 'name', params: [], id: 's1' });
    client.send([{ jsonrpc: '2.0', result: 'Ann', id: 's1' }, request(2, 'echo', 2)]);
    expect([await client.next(), await client.next()]).toEqual(
      expect.arrayContaining([[result(1, 'Ann')], [result(2, 2)]]),
    );
  });

  it('within batches are no requests', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    client.send([[request(1)], [[]], request(2, 'echo', [request(3)])]);
    expect(await client.next()).toEqual([failure(null, -32600), failure(null, -32600), result(2, [request(3)])]);
  });

  it('above the limit are refused as a whole', async () => {
    await using host = serve({ jsonRpc: { maximumBatch: 3 } });
    const client = new JsonRpcTestClient(host.hub);
    client.send([request(1, 'leave'), request(2), request(3), request(4)]);
    expect(await client.next()).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Invalid Request', data: 'A batch may hold 3 messages.' },
      id: null,
    });
    client.send([request(1), request(2), request(3)]);
    expect(await client.next()).toHaveLength(3);
  });

  it('of 100,000 members are refused, at little cost', async () => {
    await using host = serve({ maximumReceiveMessageBytes: 1_000_000 });
    const client = new JsonRpcTestClient(host.hub);
    client.send(`[${'1,'.repeat(99_999)}1]`);
    expect(await client.next()).toEqual(failure(null, -32600));
    client.send(`[${'[],'.repeat(99_999)}[]]`);
    expect(await client.next()).toEqual(failure(null, -32600));
    expect(await client.call('echo', [1])).toEqual({ result: 1, id: 1 });
  });

  it('hold at most half of what may wait to be sent', async () => {
    await using host = serve({ sendQueueBytes: 2_200 });
    const client = new JsonRpcTestClient(host.hub);
    const text = 'x'.repeat(400);
    client.send([request(1, 'wait', 'w'), ...[2, 3, 4].map((id) => request(id, 'echo', text))]);
    await settled();
    waiting.get('w')?.();
    expect(await client.next()).toEqual([result(1, 'w'), result(2, text), result(3, text), failure(4, -32003)]);
    client.send([request(5, 'echo', text), request(6, 'echo', text)]);
    expect(await client.next()).toEqual([result(5, text), result(6, text)]);
  });

  it('are not read on when one of their calls ends the connection', async () => {
    await using host = serve();
    const client = new JsonRpcTestClient(host.hub);
    expect(await client.call('echo', [1])).toEqual({ result: 1, id: 1 });
    waiting.clear();
    client.send([request(1, 'leave'), request(2, 'wait', 'behind')]);
    expect(await client.closed()).toEqual({ kind: 'remote' });
    expect([...waiting.keys()]).toEqual([]);
  });

  it('answer each call once, whatever is in them and whenever it ends', async () => {
    const member = fc.oneof(
      fc.record({ id: fc.constantFrom(1, 'a', null), kind: fc.constantFrom('echo', 'wait', 'missing') }),
      fc.constantFrom({ kind: 'notification' } as const, { kind: 'garbage' } as const),
    );
    const scenario = fc.array(fc.array(member, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(scenario, fc.infiniteStream(fc.nat()), async (batches, order) => {
        await using host = serve({ maximumParallelInvocations: Infinity });
        const client = new JsonRpcTestClient(host.hub);
        waiting.clear();
        const expected = batches.map((members, batch) =>
          members.flatMap((entry, index) => expectedAnswer(entry, `${batch}.${index}`)),
        );
        for (const [batch, members] of batches.entries()) {
          client.send(members.map((entry, index) => messageOf(entry, `${batch}.${index}`)));
        }
        await settled();
        while (waiting.size > 0) {
          const names = [...waiting.keys()];
          const name = names[(order.next().value ?? 0) % names.length] ?? '';
          waiting.get(name)?.();
          waiting.delete(name);
        }
        await settled();
        const answers = client.unread.map((frame) => JSON.stringify(JSON.parse(frame)));
        const owed = expected.filter((answer) => answer.length > 0).map((answer) => JSON.stringify(answer));
        expect(answers.toSorted()).toEqual(owed.toSorted());
      }),
      { numRuns: 40 },
    );
  });
});

type Member = { readonly kind: string; readonly id?: unknown };

function messageOf({ kind, id }: Member, name: string): unknown {
  if (kind === 'garbage') return 'garbage';
  const { id: _, ...notification } = request(0, 'echo', name);
  return kind === 'notification' ? notification : request(id, kind, name);
}

function expectedAnswer({ kind, id }: Member, name: string): unknown[] {
  if (kind === 'notification') return [];
  const invalid = { jsonrpc: '2.0', error: { code: -32600, message: 'Invalid Request' }, id: null };
  if (kind === 'garbage') return [invalid];
  const missing = { jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' }, id };
  return [kind === 'missing' ? missing : result(id, name)];
}
