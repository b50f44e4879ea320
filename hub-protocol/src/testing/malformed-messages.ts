import type { MessageFields } from '../validate-message.ts';

/** The fields of a message before it is encoded; an absent field is left off the wire. */
export type RawMessage = MessageFields & { readonly type?: unknown };

const valid: readonly RawMessage[] = [
  { type: 1, target: 't', arguments: [] },
  { type: 1, invocationId: '1', target: 't', arguments: [1], streamIds: ['2'], headers: { a: 'b' } },
  { type: 2, invocationId: '1', item: 1 },
  { type: 3, invocationId: '1', error: 'e' },
  { type: 4, invocationId: '1', target: 't', arguments: [] },
  { type: 5, invocationId: '1' },
  { type: 7, error: 'e', allowReconnect: true },
  { type: 8, sequenceId: 1 },
  { type: 9, sequenceId: 1 },
];

const notText = [42, true, [], ['a'], {}];
const notName = [...notText, null, '', undefined];

const wrong: Readonly<Record<keyof RawMessage, readonly unknown[]>> = {
  type: ['1', null, 1.5, true, [], {}, undefined],
  headers: [42, 'x', true, ['a'], { a: 1 }, { a: null }, { a: ['b'] }, { a: { b: 'c' } }],
  invocationId: notName,
  target: notName,
  arguments: [42, 'x', true, {}, null, undefined],
  streamIds: [42, 'x', true, {}, [42], [''], [null], [['1']]],
  item: [undefined],
  result: [],
  error: notText,
  allowReconnect: [42, 'true', [], {}],
  sequenceId: [null, '1', true, [], {}, -1, 1.5, 2 ** 53, 1e300, undefined],
};

export interface MalformedMessage {
  readonly title: string;
  readonly fields: RawMessage;
}

/** Every message type with each of its fields in turn made wrong in every way. */
export function malformedMessages(): MalformedMessage[] {
  return valid.flatMap((fields) => keysOf(fields).flatMap((field) => wrongForms(fields, field)));
}

function keysOf(fields: RawMessage): (keyof RawMessage)[] {
  return [...new Set(Object.keys(fields))].filter((key): key is keyof RawMessage => key in wrong);
}

function wrongForms(fields: RawMessage, field: keyof RawMessage): MalformedMessage[] {
  return wrong[field]
    .filter((value) => !isAllowed(fields, field, value))
    .map((value) => ({
      title: `type ${String(fields.type)} with ${field} ${value === undefined ? 'missing' : JSON.stringify(value)}`,
      fields: without({ ...fields, [field]: value }),
    }));
}

/** A plain invocation does without an id, and says so by leaving it out, by `null` or by an empty one. */
function isAllowed(fields: RawMessage, field: keyof RawMessage, value: unknown): boolean {
  return fields.type === 1 && field === 'invocationId' && (value === undefined || value === null || value === '');
}

function without(fields: RawMessage): RawMessage {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
