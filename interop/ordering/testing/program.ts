import * as fc from 'fast-check';

/** What a method does besides starting and ending: call its client, stream an item, ask its client, or let time pass. */
export type Action = 'tell' | 'item' | 'ask' | 'microtask' | 'turn';

/** How a client calls, and what the method then does. */
export interface Step {
  readonly method: 'sync' | 'async' | 'count' | 'collect';
  /** Whether the client wants an answer, where it may choose. */
  readonly wantsAnswer: boolean;
  readonly script: readonly Action[];
  readonly fails: boolean;
  /** Items that the client uploads to `collect`. */
  readonly uploads: number;
  /** Characters that make its messages longer. */
  readonly padding: number;
  /** What the client does before the next step: nothing, let one turn pass, or await the answers to all so far. */
  readonly pause: 'none' | 'turn' | 'answers';
}

export type Program = readonly Step[];

const possibleActions = {
  sync: ['tell'],
  async: ['tell', 'ask', 'microtask', 'turn'],
  count: ['tell', 'item', 'item', 'ask', 'microtask', 'turn'],
  // A client that is held back while it uploads cannot answer: `collect` asks for nothing.
  collect: ['tell', 'microtask', 'turn'],
} as const satisfies Record<Step['method'], readonly Action[]>;

const step: fc.Arbitrary<Step> = fc
  .constantFrom<Step['method']>('sync', 'sync', 'async', 'async', 'async', 'count', 'collect')
  .chain((method) =>
    fc.record({
      method: fc.constant(method),
      wantsAnswer: method === 'count' ? fc.constant(true) : fc.boolean(),
      script: fc.array(fc.constantFrom<Action>(...possibleActions[method]), { maxLength: 5 }),
      fails: fc.boolean(),
      uploads: method === 'collect' ? fc.nat({ max: 6 }) : fc.constant(0),
      padding: fc.constantFrom(0, 0, 0, 3_000, 20_000),
      pause: fc.constantFrom('none', 'none', 'none', 'turn', 'answers'),
    }),
  );

/** Calls of one client, in the order in which it makes them. */
export const program: fc.Arbitrary<Program> = fc.array(step, { minLength: 1, maxLength: 14 });
