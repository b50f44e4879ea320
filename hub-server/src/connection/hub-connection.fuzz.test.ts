import * as fc from 'fast-check';
import { joinPayloads, JsonHubProtocol, MessageType, type HubMessage } from '@hubwire/hub-protocol';
import { describe, expect, it } from 'vitest';
import { Hub, HubException, hubMethod } from '../index.ts';
import type { TestClient } from '../testing/test-client.ts';
import { serveHub, settled } from '../testing/test-hub-server.ts';

class FuzzedHub extends Hub {
  @hubMethod({ optional: 1 }) echo(value?: unknown): unknown {
    return value;
  }
  @hubMethod() async later(value: unknown, signal: AbortSignal): Promise<unknown> {
    await settled();
    signal.throwIfAborted();
    return value;
  }
  @hubMethod() refuse(): never {
    throw new HubException('no');
  }
  @hubMethod() async *items(count: number, signal: AbortSignal): AsyncGenerator<number> {
    for (let item = 0; item < Math.min(count, 50) && !signal.aborted; item += 1) yield item;
  }
  @hubMethod() async collect(items: AsyncIterable<unknown>): Promise<number> {
    let count = 0;
    for await (const _item of items) count += 1;
    return count;
  }
  @hubMethod({ streams: 1 }) async *mirror(items: AsyncIterable<unknown>): AsyncGenerator {
    yield* items;
  }
  @hubMethod() async ask(): Promise<unknown> {
    return this.clients.caller.withOptions({ timeoutMs: 20 }).invoke['question']?.();
  }
  @hubMethod() ping(): string {
    return 'pong';
  }
}

const id = fc.constantFrom('1', '2', '3', 's1', 's2', '__proto__');
const target = fc.constantFrom(
  'echo',
  'later',
  'refuse',
  'items',
  'collect',
  'mirror',
  'ask',
  'PING',
  'constructor',
  '__proto__',
  'toString',
  'x',
);
const args = fc.array(fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.nat(60)), { maxLength: 3 });
const streamIds = fc.uniqueArray(id, { minLength: 1, maxLength: 3 });
const outcome = fc.oneof(
  fc.constant({ kind: 'void' } as const),
  fc.record({ kind: fc.constant('result' as const), result: fc.jsonValue({ maxDepth: 1 }) }),
  fc.record({ kind: fc.constant('error' as const), error: fc.string() }),
);

const message: fc.Arbitrary<HubMessage> = fc.oneof(
  fc.record({ type: fc.constant(MessageType.Invocation), target, arguments: args }),
  fc.record({ type: fc.constant(MessageType.Invocation), invocationId: id, target, arguments: args }),
  fc.record({ type: fc.constant(MessageType.Invocation), invocationId: id, target, arguments: args, streamIds }),
  fc.record({ type: fc.constant(MessageType.StreamInvocation), invocationId: id, target, arguments: args }),
  fc.record({ type: fc.constant(MessageType.StreamInvocation), invocationId: id, target, arguments: args, streamIds }),
  fc.record({ type: fc.constant(MessageType.StreamItem), invocationId: id, item: fc.jsonValue({ maxDepth: 1 }) }),
  fc.record({ type: fc.constant(MessageType.Completion), invocationId: id, outcome }),
  fc.record({ type: fc.constant(MessageType.CancelInvocation), invocationId: id }),
  fc.constant({ type: MessageType.Ping } as const),
);

/** What a client does: whole messages, now and then a part of one or rubbish, and pauses between. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.array(message, { minLength: 1, maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constant('pause' as const) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('{"type":1}\u001E', '{"type":3,"invocationId":"1"', '\u001E', '[]\u001E') },
);

const protocol = new JsonHubProtocol();

async function act(client: TestClient, steps: readonly (readonly HubMessage[] | string)[]): Promise<void> {
  for (const action of steps) {
    if (action === 'pause') await settled();
    else if (typeof action === 'string') client.sendFrame(action);
    else {
      const payloads = action.map((sent) => protocol.writeMessage(sent));
      client.sendFrame(joinPayloads(payloads, 'Text'));
    }
  }
}

describe('a connection on which anything is sent', () => {
  it('harms no other, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note).on('uncaughtException', note);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, breaks) => {
          await using host = serveHub(FuzzedHub, {
            maximumQueuedInvocations: 5,
            maximumStreams: 4,
            maximumPendingResults: 3,
            streamBufferItems: 2,
          });
          const [wild, calm] = [await host.connect(), await host.connect()];
          await act(wild, steps);
          expect(await calm.invoke('ping')).toBe('pong');
          if (breaks) wild.cut();
          else wild.close();
          await settled();
          expect(await calm.invoke('ping')).toBe('pong');
          if (host.logger.events.some(({ event }) => event === 'invocationFailed')) {
            host.logger.claim('invocationFailed');
          }
        }),
        { numRuns: 150 },
      );
    } finally {
      process.off('unhandledRejection', note).off('uncaughtException', note);
    }
    expect(unhandled).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
