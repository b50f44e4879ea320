import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHubProtocolError } from '../errors.ts';
import { JsonHubProtocol as ServerJsonHubProtocol } from '../json/json-hub-protocol.ts';
import type { HubMessage } from '../messages.ts';
import { arbitraryHubMessage } from '../testing/arbitrary-hub-message.ts';
import { defineHubProtocolConformance, type ProtocolVector } from '../testing/index.ts';
import { malformedMessages } from '../testing/malformed-messages.ts';
import { JsonHubProtocol } from './json-hub-protocol.ts';

function read(file: string): readonly ProtocolVector[] {
  const content: unknown = JSON.parse(readFileSync(new URL(`../testing/vectors/${file}`, import.meta.url), 'utf8'));
  return (content as { readonly vectors: readonly ProtocolVector[] }).vectors;
}

defineHubProtocolConformance({
  name: 'JsonHubProtocol for browsers',
  create: () => new JsonHubProtocol(),
  vectors: ['json', 'official-json', 'aspnetcore-json'].flatMap((source) =>
    read(`${source}.json`).map((vector) => ({ ...vector, name: `${vector.name} (${source})` })),
  ),
  encode: (fields) => JSON.stringify(fields),
});

/** What comes of it: the result, or the code of the error. */
function outcomeOf(work: () => unknown): unknown {
  try {
    return { result: work() };
  } catch (error) {
    return { code: isHubProtocolError(error) ? error.code : error };
  }
}

const browser = new JsonHubProtocol({ maximumDepth: 3, maximumNameLength: 4 });
const server = new ServerJsonHubProtocol({ maximumDepth: 3, maximumNameLength: 4 });

function expectSameReading(json: string): void {
  expect(outcomeOf(() => browser.parseMessage(json))).toStrictEqual(outcomeOf(() => server.parseMessage(json)));
}

function expectSameWriting(message: HubMessage): void {
  expect(outcomeOf(() => browser.writeMessage(message))).toStrictEqual(outcomeOf(() => server.writeMessage(message)));
}

describe('JsonHubProtocol for browsers, beside that for servers', () => {
  it('reads and refuses the same', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'name', 'names', 0, -1, 1.5, [], {}, ['a'], [''], null));
    const fields = ['headers', 'invocationId', 'target', 'arguments', 'streamIds', 'item', 'result', 'error'] as const;
    const message = fc.record(
      {
        type: fc.oneof(fc.integer({ min: -1, max: 11 }), fc.jsonValue()),
        allowReconnect: value,
        sequenceId: value,
        ...(Object.fromEntries(fields.map((field) => [field, value])) as Record<(typeof fields)[number], typeof value>),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(message, (fields) => expectSameReading(JSON.stringify(fields))),
      { numRuns: 3_000 },
    );
    fc.assert(fc.property(fc.json(), expectSameReading));
  });

  it('refuses the same of what is nearly a message', () => {
    for (const { fields } of malformedMessages()) expectSameReading(JSON.stringify(fields));
  });

  it.each([
    '{"type":1,"target":"t","arguments":[{"__proto__":1,"a":[{"__proto__":{}}]}]}',
    '{"type":5,"invocationId":"1","headers":{"__proto__":"x"}}',
    '{"type":5,"invocationId":"1","headers":{"__proto__":1}}',
    '{"type":5,"invocationId":"1","headers":[]}',
    '{"type":7,"allowReconnect":0}',
    '{"type":1,"target":"t","arguments":[[[[1]]]],"streamIds":5}',
    '{"type":3,"invocationId":"1","error":"e","result":null}',
    '{"type":3,"invocationId":"1","error":"e","result":[[[[[]]]]]}',
    '{"type":2,"invocationId":"1","item":null}',
    '{"type":6,"later":[[[[[[]]]]]]}',
  ])('reads %s alike', expectSameReading);

  it('writes the same', () => {
    fc.assert(fc.property(arbitraryHubMessage, expectSameWriting), { numRuns: 500 });
    const values = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true, withSparseArray: true });
    fc.assert(
      fc.property(values, (value) => {
        expectSameWriting({ type: 1, target: 't', arguments: [value] });
        expectSameWriting({ type: 2, invocationId: '1', item: value });
        expectSameWriting({ type: 3, invocationId: '1', outcome: { kind: 'result', result: value } });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['its own form', { toJSON: () => ({ bytes: Uint8Array.of(1) }) }],
    ['its own form, which is nothing', { toJSON: () => undefined }],
    ['a buffer', Buffer.from('abc')],
    ['a buffer of the platform', Uint8Array.of(1, 2, 3).buffer],
    ['a view of a part', new DataView(new ArrayBuffer(9), 3, 4)],
    ['bytes with a form of their own', Object.assign(Uint8Array.of(1), { toJSON: () => 'one' })],
    ['bytes whose own form is nothing', Object.assign(Uint8Array.of(1), { toJSON: () => undefined })],
    ['bytes that have members', Object.assign(Uint8Array.of(1), { name: 'n' })],
    ['members without bytes', Object.assign(new Uint8Array(0), { name: 'n' })],
    ['a buffer of the platform that has members', Object.assign(Uint8Array.of(1).buffer, { name: 'n' })],
    ['many bytes', new Uint8Array(200_000).fill(7)],
    ['a bigint that fits', 12n],
    ['a bigint that does not', { a: 2n ** 64n }],
    ['minus zero', -0],
    ['half a character', '\ud800'],
  ])('writes %s alike', (_, value) => {
    expectSameWriting({ type: 1, invocationId: '"', target: '\n', arguments: [value, [value], { value }] });
    expectSameWriting({ type: 2, invocationId: '1', item: value });
    expectSameWriting({ type: 3, invocationId: '1', outcome: { kind: 'result', result: value } });
  });

  it('leaves out alike what means the same as its absence', () => {
    expectSameWriting({ type: 1, headers: {}, streamIds: [], target: 't', arguments: [] });
    expectSameWriting({ type: 7, error: 'e', allowReconnect: false, headers: { a: 'b' } });
    const failure = { reason: 'application' } as const;
    expectSameWriting({ type: 3, invocationId: '1', outcome: { kind: 'error', error: 'e', failure } });
  });
});
