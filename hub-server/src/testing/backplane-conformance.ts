import assert from 'node:assert/strict';
import type { Backplane } from '../backplane/backplane.ts';
import type { Envelope } from '../backplane/envelope.ts';
import { Inbox } from './inbox.ts';

export interface BackplaneConformanceOptions {
  readonly name: string;
  /** Two backplanes on one engine, as two processes would have them; the same one twice where that is how it works. */
  connect(): Promise<readonly [Backplane, Backplane]>;
}

/** What vitest, jest and node:test have in common. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it(name: string, run: () => Promise<void>): unknown;
}

/**
 * Defines the tests that every `Backplane` has to pass.
 *
 * @example
 * import { describe, it } from 'vitest';
 * defineBackplaneConformance({ name: 'Mine', connect }, { describe, it });
 */
export function defineBackplaneConformance(options: BackplaneConformanceOptions, runner: TestRunner): void {
  runner.describe(`backplane conformance: ${options.name}`, () => {
    for (const [name, run] of Object.entries(tests)) {
      runner.it(name, async () => {
        const nodes = await start(options);
        try {
          await run(nodes);
        } finally {
          await nodes.first.close();
          await nodes.second.close();
        }
      });
    }
  });
}

interface Nodes {
  readonly first: Backplane;
  readonly second: Backplane;
  /** What the second one got for the hub `chat`. */
  readonly received: Inbox<Envelope>;
}

const tests: Readonly<Record<string, (nodes: Nodes) => Promise<void>>> = {
  async 'hands an envelope to the other nodes of the hub'({ first, received }) {
    await first.publish('chat', envelope('one'));
    assert.deepEqual(await received.take('the envelope'), envelope('one'));
  },

  async 'carries every kind of envelope as it is'({ first, received }) {
    for (const content of contents) {
      await first.publish('chat', content);
      assert.deepEqual(await received.take(content.kind), content);
    }
  },

  async 'keeps the order of one publisher'({ first, received }) {
    const targets = Array.from({ length: 100 }, (_, index) => `call-${index}`);
    await Promise.all(targets.map((target) => first.publish('chat', envelope(target))));
    for (const target of targets) assert.deepEqual(await received.take(target), envelope(target));
  },

  async 'keeps hubs apart'({ first, received }) {
    await first.publish('other', envelope('elsewhere'));
    await first.publish('chat', envelope('here'));
    assert.deepEqual(await received.take('the envelope'), envelope('here'));
  },

  async 'ends delivery to one subscriber alone'({ first, second, received }) {
    const ended = new Inbox<Envelope>();
    const unsubscribe = await second.subscribe('chat', (arrived) => ended.put(arrived));
    unsubscribe();
    await first.publish('chat', envelope('one'));
    await received.take('the envelope');
    assert.deepEqual(ended.items, []);
  },

  async 'delivers nothing after it was closed'({ first, second, received }) {
    await second.close();
    await first.publish('chat', envelope('late')).catch(() => {});
    assert.deepEqual(received.items, []);
  },

  async 'shares no objects between nodes'({ first, received }) {
    const shared = { text: 'before' };
    await first.publish('chat', { ...envelope('one'), arguments: [shared] });
    shared.text = 'after';
    assert.deepEqual(await received.take('the envelope'), { ...envelope('one'), arguments: [{ text: 'before' }] });
  },
};

function envelope(target: string): Extract<Envelope, { kind: 'invocation' }> {
  return { origin: 'node-1', kind: 'invocation', audience: { kind: 'all' }, target, arguments: [] };
}

const contents: readonly Envelope[] = [
  {
    origin: 'node-1',
    kind: 'invocation',
    audience: { kind: 'groups', groups: ['a', 'b'], except: ['x'] },
    target: 'receive',
    arguments: [1, 'two', null, { deep: [true] }, 'ä😀'],
  },
  {
    origin: 'node-1',
    kind: 'invocation',
    audience: { kind: 'users', userIds: ['u'] },
    target: 't',
    arguments: [],
  },
  { origin: 'node-1', kind: 'join', group: 'a', connectionId: 'x' },
  { origin: 'node-1', kind: 'leave', group: 'a', connectionId: 'x' },
];

async function start({ connect }: BackplaneConformanceOptions): Promise<Nodes> {
  const [first, second] = await connect();
  const received = new Inbox<Envelope>();
  await second.subscribe('chat', (arrived) => received.put(arrived));
  return { first, second, received };
}
