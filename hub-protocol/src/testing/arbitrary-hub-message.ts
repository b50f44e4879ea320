import * as fc from 'fast-check';
import { MessageType, type CompletionOutcome, type HubMessage, type MessageHeaders } from '../messages.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('null', 'toString', '\u2028', '😀'));
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), fc.uuid());
// Dropped when read, on purpose: it cannot come back.
const key = text.filter((candidate) => candidate !== '__proto__');
const count = fc.oneof(fc.nat(300), fc.maxSafeNat());

/** Values that every encoding keeps as they are: no bytes, dates, `undefined`, `NaN` or negative zero. */
export const arbitraryValue: fc.Arbitrary<unknown> = fc.anything({
  key,
  maxDepth: 3,
  withNullPrototype: false,
  values: [
    text,
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  ],
});

const headers: fc.Arbitrary<MessageHeaders> = fc.dictionary(key, text, { minKeys: 1, noNullPrototype: true });
const args = fc.array(arbitraryValue, { maxLength: 4 });
const streamIds = fc.array(name, { minLength: 1, maxLength: 3 });

const outcome: fc.Arbitrary<CompletionOutcome> = fc.oneof(
  fc.constant<CompletionOutcome>({ kind: 'void' }),
  arbitraryValue.map((result): CompletionOutcome => ({ kind: 'result', result })),
  text.map((error): CompletionOutcome => ({ kind: 'error', error })),
);

const call = { target: name, arguments: args, headers, streamIds };
const callRequires = ['type', 'target', 'arguments'] as const;

/** Any message, in the one form in which reading gives it: nothing empty that could be absent. */
export const arbitraryHubMessage: fc.Arbitrary<HubMessage> = fc.oneof(
  fc.record(
    { type: fc.constant(MessageType.Invocation), invocationId: name, ...call },
    { requiredKeys: [...callRequires], noNullPrototype: true },
  ),
  fc.record(
    { type: fc.constant(MessageType.StreamInvocation), invocationId: name, ...call },
    { requiredKeys: [...callRequires, 'invocationId'], noNullPrototype: true },
  ),
  fc.record(
    { type: fc.constant(MessageType.StreamItem), invocationId: name, item: arbitraryValue, headers },
    { requiredKeys: ['type', 'invocationId', 'item'], noNullPrototype: true },
  ),
  fc.record(
    { type: fc.constant(MessageType.Completion), invocationId: name, outcome, headers },
    { requiredKeys: ['type', 'invocationId', 'outcome'], noNullPrototype: true },
  ),
  fc.record(
    { type: fc.constant(MessageType.CancelInvocation), invocationId: name, headers },
    { requiredKeys: ['type', 'invocationId'], noNullPrototype: true },
  ),
  fc.constant<HubMessage>({ type: MessageType.Ping }),
  fc.record(
    { type: fc.constant(MessageType.Close), error: text, allowReconnect: fc.constant(true as const) },
    { requiredKeys: ['type'], noNullPrototype: true },
  ),
  fc.record({ type: fc.constant(MessageType.Ack), sequenceId: count }, { noNullPrototype: true }),
  fc.record({ type: fc.constant(MessageType.Sequence), sequenceId: count }, { noNullPrototype: true }),
);
