import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonRpcReader, type JsonRpcEntry, type JsonRpcReaderLimits } from './read-json-rpc.ts';

const limits: JsonRpcReaderLimits = { maximumMessageBytes: 32_768, maximumBatch: 3 };
const reader = new JsonRpcReader(limits);

function entryOf(message: unknown): JsonRpcEntry {
  const frame = reader.read(typeof message === 'string' ? message : JSON.stringify(message));
  if (frame.kind !== 'single') throw new Error(`a single message was expected, not: ${JSON.stringify(frame)}`);
  return frame.entry;
}

const call = (id: string | undefined, parameters: unknown = []) => ({ kind: 'call', id, method: 'm', parameters });
const invalid = (id = 'null', detail?: unknown) => ({ kind: 'invalid', id, detail });

describe('JsonRpcReader, requests', () => {
  it.each([
    ['{"jsonrpc":"2.0","method":"m","id":1}', call('1')],
    ['{"jsonrpc":"2.0","method":"m","params":[1,[2]],"id":"a\\"b"}', call('"a\\"b"', [1, [2]])],
    ['{"jsonrpc":"2.0","method":"m","params":{"a":1},"id":1.5}', call('1.5', { a: 1 })],
    ['{"jsonrpc":"2.0","method":"m","id":-9007199254740991}', call('-9007199254740991')],
    ['{"jsonrpc":"2.0","method":"m","id":1.0}', call('1')],
    ['{"jsonrpc":"2.0","method":"m","id":null}', call('null')],
    ['{"jsonrpc":"2.0","method":"m","id":""}', call('""')],
    ['{"jsonrpc":"2.0","method":"m"}', call(undefined)],
    [' \n{"more":1,"method":"m","jsonrpc":"2.0"}\t', call(undefined)],
  ])('reads %s', (json, entry) => {
    expect(entryOf(json)).toEqual(entry);
    expect(reader.read(new TextEncoder().encode(json))).toEqual({ kind: 'single', entry });
  });

  it.each([
    ['1', 'null'],
    ['null', 'null'],
    ['"text"', 'null'],
    ['{}', 'null'],
    ['{"foo":"boo"}', 'null'],
    ['{"jsonrpc":"2.0","id":7}', '7'],
    ['{"jsonrpc":"2.0","method":1,"params":"bar"}', 'null'],
    ['{"jsonrpc":"1.0","method":"m","id":7}', '7'],
    ['{"jsonrpc":2.0,"method":"m","id":7}', '7'],
    ['{"method":"m","id":7}', '7'],
    ['{"jsonrpc":"2.0","method":"m","params":"bar","id":7}', '7'],
    ['{"jsonrpc":"2.0","method":"m","params":null,"id":"x"}', '"x"'],
    ['{"jsonrpc":"2.0","method":null,"result":1,"id":7}', '7'],
    ['{"__proto__":{"jsonrpc":"2.0","method":"m"},"id":7}', '7'],
  ])('takes %s for an invalid request', (json, id) => {
    expect(entryOf(json)).toEqual(invalid(id));
  });

  it.each(['true', '[1]', '{}', '9007199254740993', '1e400', `"${'x'.repeat(1025)}"`])('refuses the id %s', (id) => {
    expect(entryOf(`{"jsonrpc":"2.0","method":"m","id":${id}}`)).toEqual(invalid('null', expect.stringMatching(/id/)));
  });

  it('refuses a name above the limit', () => {
    expect(entryOf({ jsonrpc: '2.0', method: 'm'.repeat(1025), id: 1 })).toEqual(invalid('1', expect.any(String)));
    expect(entryOf({ jsonrpc: '2.0', method: 'm'.repeat(1024), id: 1 })).toMatchObject({ kind: 'call' });
  });

  it('takes arguments of 64 levels and refuses those of 65', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
    const request = (params: string) => `{"jsonrpc":"2.0","method":"m","params":${params},"id":1}`;
    for (const wrap of [(json: string) => `[${json}]`, (json: string) => `{"a":${json}}`]) {
      expect(entryOf(request(wrap(nested(64))))).toMatchObject({ kind: 'call' });
      expect(entryOf(request(wrap(nested(65))))).toEqual(invalid('1', expect.stringContaining('64 levels')));
    }
  });

  it('drops keys that could reach a prototype', () => {
    const hostile = '{"__proto__":{"polluted":1},"a":{"\\u005f_proto__":1,"b":2}}';
    expect(entryOf(`{"jsonrpc":"2.0","method":"m","params":${hostile}}`)).toStrictEqual(
      call(undefined, { a: { b: 2 } }),
    );
    expect(entryOf(`{"jsonrpc":"2.0","id":"s1","result":${hostile}}`)).toStrictEqual({
      kind: 'answer',
      id: 's1',
      outcome: { kind: 'result', result: { a: { b: 2 } } },
    });
  });
});

describe('JsonRpcReader, answers', () => {
  const answer = (fields: object) => entryOf({ jsonrpc: '2.0', id: 's1', ...fields });

  it('reads results and errors', () => {
    expect(answer({ result: null })).toEqual({
      kind: 'answer',
      id: 's1',
      outcome: { kind: 'result', result: null },
    });
    for (const error of [{ code: 1, message: 'no' }, 'no']) {
      expect(answer({ error })).toEqual({ kind: 'answer', id: 's1', outcome: { kind: 'error', error: 'no' } });
    }
    expect(answer({ error: null, result: 1 })).toMatchObject({ outcome: { kind: 'result', result: 1 } });
    expect(answer({ error: { code: 1 }, result: 1 })).toMatchObject({ outcome: { error: expect.any(String) } });
  });

  it('makes an error of a result that is too deep', () => {
    let result: unknown = 1;
    for (let level = 0; level < 65; level++) result = [result];
    expect(answer({ result })).toMatchObject({ outcome: { error: expect.stringContaining('64 levels') } });
  });

  it.each([{ jsonrpc: '1.0', id: 's1', result: 1 }, { jsonrpc: '2.0', id: 1, result: 1 }, { error: {} }])(
    'ignores %j',
    (fields) => expect(entryOf(fields)).toEqual({ kind: 'stray' }),
  );
});

describe('JsonRpcReader, frames', () => {
  const refused = (refusal: string, detail?: unknown) => ({ kind: 'refused', refusal, detail });

  it.each(['', ' ', '{', '{"jsonrpc":"2.0","method":"m"', '{"a":1}\u001e', '\ufeff{}', 'undefined', "{'a':1}"])(
    'takes %j for no JSON',
    (text) => expect(reader.read(text)).toEqual(refused('parseError')),
  );

  it('takes bytes that are no UTF-8 for no JSON', () => {
    expect(reader.read(Uint8Array.of(0x22, 0xff, 0x22))).toEqual(refused('parseError'));
  });

  it('reads a batch in order, whatever is in it', () => {
    expect(reader.read('[{"jsonrpc":"2.0","method":"m","id":1},[{"jsonrpc":"2.0","method":"m","id":2}],3]')).toEqual({
      kind: 'batch',
      entries: [call('1'), invalid(), invalid()],
    });
  });

  it('refuses a batch of none, and one above the limit', () => {
    expect(reader.read('[]')).toEqual(refused('invalidRequest'));
    expect(reader.read('[1,2,3]')).toMatchObject({ kind: 'batch', entries: [invalid(), invalid(), invalid()] });
    expect(reader.read('[1,2,3,4]')).toMatchObject({
      ...refused('invalidRequest', 'A batch may hold 3 messages.'),
      limit: 'maximumBatch',
    });
  });

  it('refuses a frame above the limit, in bytes', () => {
    const exact = new JsonRpcReader({ ...limits, maximumMessageBytes: 8 });
    expect(exact.read('"éééé"')).toMatchObject({
      ...refused('invalidRequest', 'A message may have 8 bytes.'),
      limit: 'maximumReceiveMessageBytes',
    });
    expect(exact.read('"ééé"')).toEqual({ kind: 'single', entry: invalid() });
    expect(exact.read(new Uint8Array(9))).toMatchObject({
      ...refused('invalidRequest', 'A message may have 8 bytes.'),
      limit: 'maximumReceiveMessageBytes',
    });
  });

  it('refuses limits that are none', () => {
    for (const wrong of [{ maximumBatch: 0 }, { maximumMessageBytes: Number.NaN }, { maximumDepth: 1.5 }]) {
      expect(() => new JsonRpcReader({ ...limits, ...wrong })).toThrow(
        expect.objectContaining({ code: 'PROTOCOL_INVALID_OPTION' }),
      );
    }
  });

  it('never throws, and gives back every id that it takes', () => {
    const member = fc.oneof(fc.constant('2.0'), fc.string(), fc.double(), fc.constant(null), fc.object());
    const message = fc.record(
      { jsonrpc: member, method: member, params: fc.jsonValue(), id: fc.jsonValue(), result: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const frame = fc.oneof(
      fc.string(),
      fc.json(),
      message.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(frame, (text) => {
        const read = reader.read(text);
        if (read.kind !== 'single' || read.entry.kind !== 'call' || read.entry.id === undefined) return;
        expect(JSON.parse(read.entry.id)).toEqual(JSON.parse(text).id);
      }),
      { numRuns: 2_000 },
    );
  });
});
