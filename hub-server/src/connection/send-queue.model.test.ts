import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PendingDelivery } from '../lifetime/hub-peer.ts';
import { SendQueue } from './send-queue.ts';

type Step =
  | { readonly kind: 'write' | 'offer' | 'volatile' | 'wait'; readonly length: number }
  | { readonly kind: 'latest'; readonly length: number; readonly key: number }
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'withdraw'; readonly index: number }
  | { readonly kind: 'turn' | 'finish' | 'end' };

const length = fc.integer({ min: 8, max: 120 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constantFrom('write', 'offer', 'volatile', 'wait', 'wait'), length }) },
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('latest'), length, key: fc.nat(3) }) },
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('read'), bytes: fc.nat(400) }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('withdraw'), index: fc.nat(20) }) },
  { weight: 30, arbitrary: fc.constant({ kind: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'finish' } as const, { kind: 'end' } as const) },
);

const bounds = fc.record({
  sendQueueBytes: fc.integer({ min: 130, max: 1_500 }),
  sendQueueMessages: fc.integer({ min: 1, max: 20 }),
  transportBytes: fc.integer({ min: 1, max: 300 }),
  framing: fc.constantFrom('Text', 'separate'),
});
type Bounds = typeof bounds extends fc.Arbitrary<infer T> ? T : never;

const separator = '\u001E';

interface Sent {
  readonly id: number;
  readonly kind: Step['kind'];
  readonly key: string | undefined;
  pending: PendingDelivery | undefined;
  isSettled: boolean;
  isWithdrawn: boolean;
  isDropped: boolean;
}

/** The transport behind a queue, and what each message was sent as. */
class Model {
  readonly queue: SendQueue;
  readonly sent: Sent[] = [];
  readonly received: number[] = [];
  readonly faults = new Set<string>();
  isGivenUp = false;
  isClosed = false;
  readonly #bounds: Bounds;
  #buffered = '';
  #partial = '';
  #owesDrain = false;

  constructor(limits: Bounds) {
    this.#bounds = limits;
    const framing = limits.framing === 'Text' ? 'Text' : 'separate';
    this.queue = new SendQueue({ connection: this, owner: this, options: limits, framing });
  }

  get bufferedBytes(): number {
    return this.#buffered.length;
  }

  /** Whether everything that was sent had to arrive. */
  get isComplete(): boolean {
    return !this.isGivenUp && !this.isClosed;
  }

  send(frame: string | Uint8Array): boolean {
    const text = String(frame);
    this.#buffered += text.endsWith(separator) ? text : text + separator;
    if (this.bufferedBytes > this.#bounds.transportBytes) this.#owesDrain = true;
    return !this.#owesDrain;
  }

  abort(): void {
    this.isGivenUp = true;
  }

  frameSent(): void {}

  slowConsumer(): void {}

  async run(steps: readonly Step[]): Promise<void> {
    for (const next of steps) {
      await this.#step(next);
      if (this.queue.bytes > this.#bounds.sendQueueBytes) this.faults.add('the bound is exceeded');
    }
    await endOfTurn();
    // With every round the transport takes something.
    for (let round = 0; round < steps.length + 2; round += 1) {
      await this.#read(Infinity);
      this.queue.retryWaiting();
    }
    if (this.isComplete && this.queue.bytes > 0) this.faults.add('something stays behind');
  }

  async #step(next: Step): Promise<void> {
    if ('length' in next) {
      if (this.isComplete) this.#send(next);
      return;
    }
    switch (next.kind) {
      case 'read':
        return this.#read(next.bytes);
      case 'turn':
        return endOfTurn();
      case 'withdraw':
        return this.#withdraw(next.index);
      case 'finish':
      case 'end':
        if (next.kind === 'finish') this.queue.finish();
        this.queue.end();
        this.isClosed = true;
    }
  }

  #withdraw(index: number): void {
    const waiting = this.sent.filter(({ isSettled }) => !isSettled);
    const target = waiting[index % waiting.length];
    if (target === undefined) return;
    target.isWithdrawn = true;
    target.pending?.withdraw();
  }

  #send(next: Extract<Step, { readonly length: number }>): void {
    const id = this.sent.length;
    const payload = `${id}:`.padEnd(next.length, '.');
    const message = this.queue.measure(payload);
    if (message === undefined) throw new Error('Messages of the model are small.');
    const key = next.kind === 'latest' ? `key ${next.key}` : undefined;
    const sent: Sent = {
      id,
      kind: next.kind,
      key,
      pending: undefined,
      isSettled: true,
      isWithdrawn: false,
      isDropped: false,
    };
    this.sent.push(sent);
    if (next.kind === 'write') this.queue.write(payload);
    else if (next.kind === 'volatile') sent.isDropped = !this.queue.offerVolatile(message);
    else if (next.kind === 'wait') settleLater(sent, this.queue.wait(message));
    else if (key !== undefined && this.queue.replace(message, key)) return;
    else if (!this.queue.offer(message, key)) this.queue.giveUp();
  }

  /** The client reads so many bytes; what it has read of a message is not forgotten. */
  async #read(bytes: number): Promise<void> {
    this.#partial += this.#buffered.slice(0, bytes);
    this.#buffered = this.#buffered.slice(Math.min(bytes, this.#buffered.length));
    const records = this.#partial.split(separator);
    this.#partial = records.pop() ?? '';
    this.received.push(...records.map((record) => Number.parseInt(record, 10)));
    if (this.#owesDrain && this.#buffered === '') {
      this.#owesDrain = false;
      this.queue.drained();
    }
    await endOfTurn();
  }
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function settleLater(sent: Sent, pending: PendingDelivery | undefined): void {
  sent.pending = pending;
  sent.isSettled = pending === undefined;
  void pending?.settled.then(() => (sent.isSettled = true));
}

/** What must not be: nothing. */
function faultsOf({ received, sent, isComplete, isClosed, faults }: Model): readonly string[] {
  const arrived = new Set(received);
  const newest = new Map(sent.map(({ key, id }) => [key, id]));
  const addIf = (isFault: boolean, fault: string): unknown => isFault && faults.add(fault);
  addIf(arrived.size < received.length, 'something came twice');
  const kindOf = (id: number): string => sent[id]?.key ?? (sent[id]?.kind === 'wait' ? 'wait' : 'other');
  for (const kind of new Set(sent.map(({ id }) => kindOf(id)))) {
    const ids = received.filter((id) => kindOf(id) === kind);
    addIf(
      ids.some((id, index) => id < (ids[index - 1] ?? -1)),
      `'${kind}' is out of order`,
    );
  }
  for (const { id, kind, key, isDropped, isWithdrawn, isSettled } of sent) {
    const hasToArrive = isComplete && !isDropped && !isWithdrawn && (key === undefined || newest.get(key) === id);
    addIf(hasToArrive && !arrived.has(id), `'${kind}' is lost`);
    addIf((isDropped || isWithdrawn) && arrived.has(id), `'${kind}' came after all`);
    addIf((isComplete || isClosed) && !isSettled, 'a sender waits for ever');
  }
  return [...faults];
}

/** What a run came to: the property says nothing of what never happens. */
function happenedIn({ sent, received, isComplete, isClosed, isGivenUp }: Model): readonly string[] {
  const arrived = new Set(received);
  const happened = {
    closed: isClosed,
    dropped: sent.some(({ isDropped }) => isDropped),
    'given up': isGivenUp,
    replaced: isComplete && sent.some(({ key, id }) => key !== undefined && !arrived.has(id)),
    waited: sent.some(({ pending, id }) => pending !== undefined && arrived.has(id)),
    withdrawn: sent.some(({ isWithdrawn }) => isWithdrawn),
  };
  return Object.entries(happened).flatMap(([name, has]) => (has ? [name] : []));
}

describe('SendQueue, whatever is sent, read and ended in whatever order', () => {
  it('keeps order and bounds, loses nothing but what may be lost, and lets nobody wait for ever', async () => {
    const happened = new Set<string>();
    await fc.assert(
      fc.asyncProperty(bounds, fc.array(step, { maxLength: 80 }), async (limits, steps) => {
        const model = new Model(limits);
        await model.run(steps);
        expect(faultsOf(model)).toEqual([]);
        for (const name of happenedIn(model)) happened.add(name);
      }),
      { numRuns: 1_000 },
    );
    expect([...happened].toSorted()).toEqual(['closed', 'dropped', 'given up', 'replaced', 'waited', 'withdrawn']);
  });
});
