import { array, assert, boolean, constant, constantFrom, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallQueue, type QueuedCall } from './call-queue.ts';

interface TestCall extends QueuedCall {
  readonly name: string;
  readonly needsSlot: boolean;
}

function call(name: string, { id, needsSlot = true }: { readonly id?: string; readonly needsSlot?: boolean } = {}) {
  return { name, needsSlot, message: id === undefined ? {} : { invocationId: id } } satisfies TestCall;
}

/** A queue whose calls take a slot when they start, unless they need none. */
function queueOf(slots: number) {
  const started: string[] = [];
  const queue: CallQueue<TestCall> = new CallQueue<TestCall>(slots, {
    needsSlot: (each) => each.needsSlot,
    startCall: (each) => {
      started.push(each.name);
      if (each.needsSlot) queue.takeSlot();
    },
  });
  return { queue, started };
}

describe('CallQueue', () => {
  it('starts nothing before it is opened, and then all in order', () => {
    const { queue, started } = queueOf(2);
    for (const name of ['a', 'b', 'c']) queue.submit(call(name));
    expect([started, queue.waiting]).toEqual([[], 3]);
    queue.open();
    expect([started, queue.waiting]).toEqual([['a', 'b'], 1]);
    queue.freeSlot();
    expect([started, queue.waiting]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('lets no call overtake one that waits, even when it needs no slot itself', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    queue.submit(call('first'));
    queue.submit(call('waits'));
    queue.submit(call('needs none', { needsSlot: false }));
    expect(started).toEqual(['first']);
    queue.freeSlot();
    expect(started).toEqual(['first', 'waits', 'needs none']);
  });

  it('starts a call that needs no slot while all slots are taken', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    queue.submit(call('first'));
    queue.submit(call('needs none', { needsSlot: false }));
    expect(started).toEqual(['first', 'needs none']);
  });

  it('removes the waiting call with an id, and lets those behind it move up', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    queue.submit(call('first', { id: '1' }));
    queue.submit(call('second', { id: '2' }));
    queue.submit(call('third', { id: '3', needsSlot: false }));
    expect(queue.remove('2')?.name).toBe('second');
    expect([started, queue.waiting]).toEqual([['first', 'third'], 0]);
    queue.freeSlot();
    expect(started).toEqual(['first', 'third']);
  });

  it('removes the first of several calls with one id, and none that has started', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    for (const name of ['runs', 'one', 'other']) queue.submit(call(name, { id: 'same' }));
    expect(queue.remove('same')?.name).toBe('one');
    expect(queue.remove('absent')).toBeUndefined();
    queue.freeSlot();
    expect([started, queue.waiting]).toEqual([['runs', 'other'], 0]);
    expect(queue.remove('same')).toBeUndefined();
  });

  it('takes an id again once the call that had it is gone', () => {
    const { queue } = queueOf(1);
    queue.open();
    queue.submit(call('runs'));
    queue.submit(call('before', { id: 'same' }));
    queue.freeSlot();
    queue.submit(call('after', { id: 'same' }));
    expect(queue.remove('same')?.name).toBe('after');
  });

  it('does not take the start of one call for that of another with its id', () => {
    const { queue } = queueOf(1);
    queue.open();
    queue.submit(call('runs'));
    for (const name of ['first', 'second']) queue.submit(call(name, { id: 'same' }));
    queue.freeSlot();
    queue.submit(call('third', { id: 'same' }));
    queue.freeSlot();
    expect(queue.remove('same')?.name).toBe('third');
  });

  it('lets nothing overtake the first when one from the middle is removed', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    for (const id of ['runs', 'waits', 'goes']) queue.submit(call(id, { id }));
    queue.submit(call('needs none', { needsSlot: false }));
    queue.remove('goes');
    expect([started, queue.waiting]).toEqual([['runs'], 2]);
  });

  it('keeps calls without an id apart', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    for (const name of ['a', 'b', 'c']) queue.submit(call(name));
    expect([started, queue.waiting]).toEqual([['a'], 2]);
  });

  it('follows calls that are submitted, removed and freed while it starts others', () => {
    const started: string[] = [];
    const queue: CallQueue<TestCall> = new CallQueue<TestCall>(1, {
      needsSlot: () => true,
      startCall({ name }) {
        started.push(name);
        if (name !== 'first') return;
        queue.remove('second');
        queue.submit(call('fourth'));
      },
    });
    for (const name of ['first', 'second', 'third']) queue.submit(call(name, { id: name }));
    queue.open();
    expect([started, queue.waiting]).toEqual([['first', 'third', 'fourth'], 0]);
  });

  it('drops what waits when it closes, and takes nothing any more', () => {
    const { queue, started } = queueOf(1);
    queue.open();
    for (const id of ['1', '2']) queue.submit(call(id, { id }));
    queue.close();
    queue.submit(call('late'));
    queue.open();
    queue.submit(call('later still'));
    queue.freeSlot();
    expect([started, queue.waiting, queue.remove('2')]).toEqual([['1'], 0, undefined]);
  });

  it('looks at none of the calls that wait to find one by its id', () => {
    const { queue } = queueOf(1);
    let looks = 0;
    queue.open();
    queue.submit(call('first'));
    for (let index = 0; index < 1_000; index++) {
      const message = { invocationId: String(index) };
      queue.submit({
        name: '',
        needsSlot: true,
        get message() {
          looks += 1;
          return message;
        },
      });
    }
    looks = 0;
    for (let round = 0; round < 1_000; round++) queue.remove('absent');
    expect(looks).toBe(0);
    queue.remove('999');
    expect(looks).toBeLessThan(5);
  });

  it('starts every call once, in order, and never more than fit, whatever happens', () => {
    const ids = constantFrom('a', 'b', undefined);
    const step = oneof(
      { weight: 3, arbitrary: record({ do: constant('submit' as const), id: ids, needsSlot: boolean() }) },
      record({ do: constant('remove' as const), id: constantFrom('a', 'b') }),
      record({ do: constant('free' as const) }),
      record({ do: constant('open' as const) }),
    );
    assert(
      property(integer({ min: 1, max: 3 }), array(step, { maxLength: 60 }), (slots, steps) => {
        const { queue, started } = queueOf(slots);
        const model = new QueueModel(slots);
        const take = (one: CallQueue<TestCall> | QueueModel, each: (typeof steps)[number], name: string) => {
          const { id, needsSlot = true } = { id: undefined, ...each } as { id?: string; needsSlot?: boolean };
          if (each.do === 'submit') one.submit(call(name, { needsSlot, ...(id !== undefined && { id }) }));
          else if (each.do === 'remove') return one.remove(each.id)?.name;
          else if (each.do === 'open') one.open();
          else if (model.running > 0) one.freeSlot();
          return undefined;
        };
        for (const [index, each] of steps.entries()) {
          const removed = [queue, model].map((one) => take(one, each, String(index)));
          expect(removed[0]).toBe(removed[1]);
          expect([started, queue.waiting]).toEqual([model.started, model.waiting.length]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function idOf({ message }: QueuedCall): string | undefined {
  return message.invocationId;
}

/** The same in the plainest way: a list, walked from its front. */
class QueueModel {
  readonly started: string[] = [];
  readonly waiting: TestCall[] = [];
  running = 0;
  readonly #slots: number;
  /** Those that came while no other with their id waited: a client that reuses an id cannot say which it means. */
  readonly #removable = new Set<TestCall>();
  #isOpen = false;

  constructor(slots: number) {
    this.#slots = slots;
  }

  submit(each: TestCall): void {
    const isKnown = this.waiting.some((other) => this.#removable.has(other) && idOf(other) === idOf(each));
    if (!isKnown && idOf(each) !== undefined) this.#removable.add(each);
    this.waiting.push(each);
    this.#walk();
  }

  open(): void {
    this.#isOpen = true;
    this.#walk();
  }

  freeSlot(): void {
    this.running -= 1;
    this.#walk();
  }

  remove(id: string): TestCall | undefined {
    const index = this.waiting.findIndex((each) => this.#removable.has(each) && idOf(each) === id);
    if (index < 0) return undefined;
    const [removed] = this.waiting.splice(index, 1);
    this.#walk();
    return removed;
  }

  #walk(): void {
    for (;;) {
      const [next] = this.waiting;
      if (next === undefined || !this.#isOpen || (this.running >= this.#slots && next.needsSlot)) return;
      this.waiting.shift();
      this.started.push(next.name);
      if (next.needsSlot) this.running += 1;
    }
  }
}
