import { MessageType } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub, hubMethod, InMemoryBackplane, rateLimit, type HubServerOptions } from '../index.ts';
import { JsonRpcTestClient } from '../testing/json-rpc-test-client.ts';
import { serveHub, settled, type TestHubServer } from '../testing/test-hub-server.ts';
import type { TestClient } from '../testing/test-client.ts';

const never = new Promise<never>(() => {});

class LimitedHub extends Hub {
  @hubMethod() ping(): string {
    return 'pong';
  }
  @hubMethod() hang(): Promise<void> {
    return never;
  }
  @hubMethod() join(connectionId: string, group: string): Promise<void> {
    return this.groups.add(connectionId, group);
  }
  @hubMethod() leave(group: string): Promise<void> {
    return this.groups.remove(this.context.connectionId, group);
  }
  @hubMethod() async *endless(): AsyncGenerator<never> {
    yield await never;
  }
}

/** Which limits bit, and how often. */
function limitsOf({ hub }: TestHubServer): Readonly<Record<string, number>> {
  return hub.counters().limits;
}

async function withClient(
  options: HubServerOptions,
  act: (client: TestClient, host: TestHubServer) => Promise<void>,
): Promise<void> {
  await using host = serveHub(LimitedHub, options);
  await act(await host.connect(), host);
}

describe('limits on what a message may be', () => {
  const invocation = (fields: object): string =>
    `${JSON.stringify({ type: 1, target: 'ping', arguments: [], ...fields })}\u001E`;
  const headers = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, '']));

  it.each([
    ['maximumReceiveMessageBytes', { maximumReceiveMessageBytes: 500 }, { arguments: ['x'.repeat(500)] }],
    ['maximumDepth', { maximumDepth: 3 }, { arguments: [[[[[]]]]] }],
    ['maximumNameLength', { maximumNameLength: 50 }, { target: 'x'.repeat(51) }],
    ['maximumNameLength', { maximumNameLength: 50 }, { invocationId: 'x'.repeat(51) }],
    ['maximumNameLength', { maximumNameLength: 50 }, { streamIds: ['x'.repeat(51)] }],
    ['maximumHeaders', { maximumHeaders: 3 }, { headers: headers(4) }],
  ])('%s ends the connection that goes beyond it, and is counted: %o', async (limit, options, fields) => {
    await withClient(options, async (client, host) => {
      expect(limitsOf(host)).toEqual({});
      client.sendFrame(invocation(fields));
      await client.closeMessage();
      expect(limitsOf(host)).toEqual({ [limit]: 1 });
    });
  });

  it('takes as many headers as there may be, in every encoding', async () => {
    await withClient({ maximumHeaders: 3 }, async (client, host) => {
      client.sendFrame(invocation({ invocationId: '1', headers: headers(3) }));
      expect(await client.completion('1')).toMatchObject({ outcome: { result: 'pong' } });
      const protocol = new MessagePackHubProtocol();
      const other = await host.connect({ protocol });
      const call = { type: MessageType.Invocation, target: 'ping', arguments: [] } as const;
      other.sendMessages({ ...call, invocationId: '1', headers: headers(3) as Record<string, string> });
      expect(await other.completion('1')).toMatchObject({ outcome: { result: 'pong' } });
      other.sendMessages({ ...call, headers: headers(4) as Record<string, string> });
      await other.closeMessage();
      expect(limitsOf(host)).toEqual({ maximumHeaders: 1 });
    });
  });

  it('counts a handshake that does not end as a message too large', async () => {
    await using host = serveHub(LimitedHub, { maximumReceiveMessageBytes: 500 });
    const client = host.open();
    client.sendFrame('x'.repeat(501));
    expect(await client.handshakeAnswer()).toHaveProperty('error');
    expect(limitsOf(host)).toEqual({ maximumReceiveMessageBytes: 1 });
  });
});

describe('limits on what a connection may do', () => {
  it('counts streams beyond maximumStreams', async () => {
    await withClient({ maximumStreams: 1 }, async (client, host) => {
      client.beginStream('endless');
      const second = client.beginStream('endless');
      expect(await client.completion(second)).toMatchObject({ outcome: { kind: 'error' } });
      expect(limitsOf(host)).toEqual({ maximumStreams: 1 });
    });
  });

  it('counts each time that a connection is not read for its queued calls', async () => {
    await withClient({ maximumQueuedInvocations: 2 }, async (client, host) => {
      client.begin('hang');
      client.begin('ping');
      await settled();
      expect(limitsOf(host)).toEqual({});
      client.begin('ping');
      await settled();
      expect(limitsOf(host)).toEqual({ maximumQueuedInvocations: 1 });
    });
  });

  it('counts client results beyond maximumPendingResults', async () => {
    await withClient({ maximumPendingResults: 1 }, async (client, host) => {
      const { invoke } = host.hub.context.clients.client(client.connectionId) as unknown as {
        readonly invoke: { readonly ask: () => Promise<unknown> };
      };
      invoke.ask().catch(() => {});
      await expect(invoke.ask()).rejects.toThrow('At most 1 may be awaited');
      expect(limitsOf(host)).toEqual({ maximumPendingResults: 1 });
    });
  });

  it('counts calls above a rate, under the code of their cause', async () => {
    const filters = [rateLimit({ perConnection: { perSecond: 1, burst: 1 }, now: () => 0 })];
    await withClient({ filters }, async (client, host) => {
      await client.invoke('ping');
      await expect(client.invoke('ping')).rejects.toThrow('Too many calls');
      expect(host.hub.counters()).toMatchObject({ limits: { rateLimit: 1 }, errors: { HUB_RATE_LIMITED: 1 } });
    });
  });
});

describe('limits of JSON-RPC', () => {
  it('counts messages and batches that are too large, and subscriptions beyond their number', async () => {
    const jsonRpc = { maximumBatch: 2, maximumSubscriptions: 1 };
    await using host = serveHub(LimitedHub, { jsonRpc, maximumReceiveMessageBytes: 500 });
    const client = new JsonRpcTestClient(host.hub);
    for (const frame of [
      { jsonrpc: '2.0', id: 1, method: 'rpc.on', params: ['a', 'b'] },
      [{}, {}, {}],
      { jsonrpc: '2.0', id: 2, method: 'ping', params: ['x'.repeat(500)] },
    ]) {
      client.send(JSON.stringify(frame));
      await client.next();
    }
    expect(limitsOf(host)).toEqual({ maximumSubscriptions: 1, maximumBatch: 1, maximumReceiveMessageBytes: 1 });
  });
});

describe('limits on groups', () => {
  const detailed = { enableDetailedErrors: true };

  it('refuses more than maximumGroups, but not one that the connection is in', async () => {
    await withClient({ maximumGroups: 2, ...detailed }, async (client, host) => {
      const join = (group: string): Promise<unknown> => client.invoke('join', client.connectionId, group);
      await join('a');
      await join('b');
      await join('b');
      await expect(join('c')).rejects.toThrow('as many groups as it may be in. The limit is 2.');
      expect(host.hub.counters()).toMatchObject({
        limits: { maximumGroups: 1 },
        errors: { HUB_TOO_MANY_GROUPS: 1 },
      });
      await client.invoke('leave', 'a');
      await join('c');
      expect(await host.hub.context.groups.of(client.connectionId)).toEqual(['b', 'c']);
    });
  });

  it('refuses names beyond maximumNameLength', async () => {
    await withClient({ maximumNameLength: 50, ...detailed }, async (client, host) => {
      await client.invoke('join', client.connectionId, 'x'.repeat(50));
      const tooLong = client.invoke('join', client.connectionId, 'x'.repeat(51));
      await expect(tooLong).rejects.toThrow('The name of a group is longer than allowed.');
      await expect(client.invoke('join', 'elsewhere', 'x'.repeat(51))).rejects.toThrow('longer');
      expect(limitsOf(host)).toEqual({ maximumNameLength: 2 });
    });
  });

  it('holds for those who are put into groups by another process', async () => {
    const backplane = new InMemoryBackplane();
    await using here = serveHub(LimitedHub, { backplane, maximumGroups: 1 });
    await using there = serveHub(LimitedHub, { backplane });
    const [client, other] = [await here.connect(), await there.connect()];
    for (const group of ['a', 'b']) await other.invoke('join', client.connectionId, group);
    await settled();
    expect(await here.hub.context.groups.of(client.connectionId)).toEqual(['a']);
    expect(limitsOf(here)).toEqual({ maximumGroups: 1 });
    expect(here.logger.events).toContainEqual(expect.objectContaining({ level: 'warning', event: 'groupRefused' }));
  });
});

describe('limits on time', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('counts handshakes that never come and clients that fall silent', async () => {
    await using host = serveHub(LimitedHub, { handshakeTimeoutMs: 5_000 });
    host.open();
    await host.connect();
    vi.advanceTimersByTime(6_000);
    expect(limitsOf(host)).toEqual({ handshakeTimeoutMs: 1 });
    vi.advanceTimersByTime(30_000);
    expect(limitsOf(host)).toEqual({ handshakeTimeoutMs: 1, clientTimeoutMs: 1 });
  });
});
