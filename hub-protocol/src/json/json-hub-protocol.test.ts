import { describe, expect, it } from 'vitest';
import type { HubProtocolErrorCode } from '../errors.ts';
import { MessageType, type HubMessage } from '../messages.ts';
import { JsonHubProtocol } from './json-hub-protocol.ts';

const protocol = new JsonHubProtocol();

function withCode(code: HubProtocolErrorCode, detail = ''): unknown {
  return expect.objectContaining({ code, message: expect.stringContaining(detail) });
}

/** The one argument of a call, written and read again. */
function roundTrip(argument: unknown): unknown {
  const message = protocol.parseMessage(writeArgument(argument));
  return message?.type === MessageType.Invocation ? message.arguments[0] : new Error('not an invocation');
}

function writeArgument(argument: unknown): string {
  return protocol.writeMessage({ type: MessageType.Invocation, target: 't', arguments: [argument] });
}

function call(argument: string): string {
  return `{"type":1,"target":"t","arguments":[${argument}]}`;
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('JsonHubProtocol, reading', () => {
  it('takes the fields in any order and ignores those it does not know', () => {
    const json = ' { "later": {}, "arguments": [ 1 , 2 ] , "type": 1, "target": "t" } ';
    expect(protocol.parseMessage(json)).toEqual({ type: 1, target: 't', arguments: [1, 2] });
  });

  it('leaves out what means the same as its absence', () => {
    const json = '{"type":1,"invocationId":null,"headers":{},"streamIds":[],"target":"t","arguments":[],"error":null}';
    expect(protocol.parseMessage(json)).toStrictEqual({ type: 1, target: 't', arguments: [] });
    expect(protocol.parseMessage('{"type":7,"error":null,"allowReconnect":false}')).toStrictEqual({ type: 7 });
    expect(protocol.parseMessage('{"type":1,"invocationId":"","target":"t","arguments":[]}')).not.toHaveProperty(
      'invocationId',
    );
  });

  it('tells a completion without a result from one with null', () => {
    expect(protocol.parseMessage('{"type":3,"invocationId":"1"}')).toHaveProperty('outcome', { kind: 'void' });
    expect(protocol.parseMessage('{"type":3,"invocationId":"1","result":null,"error":null}')).toHaveProperty(
      'outcome',
      { kind: 'result', result: null },
    );
  });

  it('reads headers of a close message', () => {
    expect(protocol.parseMessage('{"type":7,"headers":{"a":"b"}}')).toEqual({ type: 7, headers: { a: 'b' } });
  });

  it.each([0, 10, 255, -1])('ignores the unknown message type %i', (type) => {
    expect(protocol.parseMessage(`{"type":${type},"target":5}`)).toBeUndefined();
  });

  it.each([
    ['', 'not JSON'],
    ['null', 'must be a JSON object'],
    ['42', 'must be a JSON object'],
    ['"foo"', 'must be a JSON object'],
    ['[42]', 'must be a JSON object'],
    ['{"type":3,"invocationId":"42","result":true', 'not JSON'],
    ['{}', "'type'"],
    ['{"type":"foo"}', "'type'"],
    ['{"type":1.5}', "'type'"],
    ['{"type":null}', "'type'"],
    ['{"type":1}', "'target'"],
    ['{"type":1,"target":"","arguments":[]}', "'target'"],
    ['{"type":1,"target":"t"}', "'arguments'"],
    ['{"type":1,"target":"t","arguments":{}}', "'arguments'"],
    ['{"type":1,"target":"t","arguments":null}', "'arguments'"],
    ['{"type":1,"invocationId":42,"target":"t","arguments":[]}', "'invocationId'"],
    ['{"type":1,"target":"t","arguments":[],"headers":{"a":1}}', "'headers'"],
    ['{"type":1,"target":"t","arguments":[],"headers":["a"]}', "'headers'"],
    ['{"type":1,"target":"t","arguments":[],"streamIds":"1"}', "'streamIds'"],
    ['{"type":1,"target":"t","arguments":[],"streamIds":[1]}', "'streamIds'"],
    ['{"type":2,"item":1}', "'invocationId'"],
    ['{"type":2,"invocationId":"1"}', "'item'"],
    ['{"type":3}', "'invocationId'"],
    ['{"type":3,"invocationId":"1","error":[]}', "'error'"],
    ['{"type":3,"invocationId":"1","error":"e","result":null}', "'error' and 'result'"],
    ['{"type":4,"target":"t","arguments":[]}', "'invocationId'"],
    ['{"type":5}', "'invocationId'"],
    ['{"type":5,"invocationId":""}', "'invocationId'"],
    ['{"type":7,"error":1}', "'error'"],
    ['{"type":7,"allowReconnect":"true"}', "'allowReconnect'"],
    ['{"type":8}', "'sequenceId'"],
    ['{"type":8,"sequenceId":-1}', "'sequenceId'"],
    ['{"type":9,"sequenceId":1.5}', "'sequenceId'"],
    ['{"type":9,"sequenceId":1e300}', "'sequenceId'"],
  ])('refuses %s', (json, detail) => {
    expect(() => protocol.parseMessage(json)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', detail));
  });

  it('refuses bytes', () => {
    expect(() => protocol.parseMessage(new Uint8Array(3))).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', 'text'));
  });

  it('limits the length of targets and ids', () => {
    const name = 'x'.repeat(1024);
    expect(protocol.parseMessage(`{"type":5,"invocationId":"${name}"}`)).toBeDefined();
    for (const json of [
      `{"type":5,"invocationId":"${name}x"}`,
      `{"type":1,"target":"${name}x","arguments":[]}`,
      `{"type":1,"target":"t","arguments":[],"streamIds":["${name}x"]}`,
    ]) {
      expect(() => protocol.parseMessage(json)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE', 'longer'));
    }
    expect(() =>
      new JsonHubProtocol({ maximumNameLength: 3 }).parseMessage('{"type":5,"invocationId":"1234"}'),
    ).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
  });
});

describe('JsonHubProtocol, depth', () => {
  it.each([
    ['an argument', call],
    ['an item', (value: string) => `{"type":2,"invocationId":"1","item":${value}}`],
    ['a result', (value: string) => `{"type":3,"invocationId":"1","result":${value}}`],
  ])('takes %s of the maximum depth and refuses the next', (_, message) => {
    expect(protocol.parseMessage(message(nested(64)))).toBeDefined();
    for (const levels of [65, 5_000, 20_000, 200_000]) {
      expect(() => protocol.parseMessage(message(nested(levels)))).toThrow(withCode('PROTOCOL_TOO_DEEP'));
    }
    const objects = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    expect(protocol.parseMessage(message(objects(64)))).toBeDefined();
    expect(() => protocol.parseMessage(message(objects(65)))).toThrow(withCode('PROTOCOL_TOO_DEEP'));
  });

  it('counts brackets in strings and beside each other as no depth', () => {
    expect(roundTrip('['.repeat(1000))).toBe('['.repeat(1000));
    expect(protocol.parseMessage(call(`[${Array.from({ length: 1000 }, () => '[]').join(',')}]`))).toBeDefined();
  });

  it('does not mind depth in a field that it ignores', () => {
    const json = `{"type":6,"later":${nested(100_000)}}`;
    expect(protocol.parseMessage(json)).toEqual({ type: 6 });
  });

  it('has its limit as an option', () => {
    const shallow = new JsonHubProtocol({ maximumDepth: 1 });
    expect(shallow.parseMessage(call('[1]'))).toBeDefined();
    expect(() => shallow.parseMessage(call('[[1]]'))).toThrow(withCode('PROTOCOL_TOO_DEEP'));
    for (const maximumDepth of [0, -1, 1.5, 1001, Number.NaN]) {
      expect(() => new JsonHubProtocol({ maximumDepth })).toThrow(withCode('PROTOCOL_INVALID_OPTION'));
    }
  });

  it('refuses to write what is too deep for JSON.stringify, or cyclic', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level++) deep = [deep];
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    for (const value of [deep, cycle]) {
      expect(() => writeArgument(value)).toThrow(withCode('PROTOCOL_CANNOT_WRITE'));
      const completion: HubMessage = { type: 3, invocationId: '1', outcome: { kind: 'result', result: value } };
      expect(() => protocol.writeMessage(completion)).toThrow(withCode('PROTOCOL_CANNOT_WRITE'));
    }
  });
});

describe('JsonHubProtocol, __proto__', () => {
  it.each([
    '{"__proto__":{"polluted":true},"a":1}',
    '{"\\u005f_proto__":{"polluted":true},"a":1}',
    '{"_\\u005Fp\\u0072oto__":{"polluted":true},"a":1}',
  ])('drops the key from %s at every level', (hostile) => {
    const message = protocol.parseMessage(call(`${hostile},[{"b":${hostile}}]`));
    expect(message).toStrictEqual({ type: 1, target: 't', arguments: [{ a: 1 }, [{ b: { a: 1 } }]] });
    expect(protocol.parseMessage(`{"type":2,"invocationId":"1","item":${hostile}}`)).toStrictEqual({
      type: 2,
      invocationId: '1',
      item: { a: 1 },
    });
  });

  it('drops it from headers and from the message itself', () => {
    const json = '{"type":5,"invocationId":"1","headers":{"__proto__":"x","a":"b"},"__proto__":{"target":"t"}}';
    expect(protocol.parseMessage(json)).toStrictEqual({ type: 5, invocationId: '1', headers: { a: 'b' } });
  });

  it('takes no field from a prototype that the message brings along', () => {
    expect(() => protocol.parseMessage('{"type":1,"__proto__":{"target":"t","arguments":[]}}')).toThrow(
      withCode('PROTOCOL_INVALID_MESSAGE', "'target'"),
    );
  });

  it('leaves text that only looks like it', () => {
    expect(roundTrip({ text: '__proto__', constructor: 1, prototype: 2 })).toEqual({
      text: '__proto__',
      constructor: 1,
      prototype: 2,
    });
  });
});

describe('JsonHubProtocol, writing', () => {
  it.each<[unknown, string]>([
    ['a"\\\n\u0000\u2028é😀\ud800', String.raw`"a\"\\\n\u0000` + '\u2028é😀' + String.raw`\ud800"`],
    [1.5, '1.5'],
    [-0, '0'],
    [Number.NaN, 'null'],
    [Infinity, 'null'],
    [true, 'true'],
    [false, 'false'],
    [null, 'null'],
    [undefined, 'null'],
    [Symbol('s'), 'null'],
    [() => 1, 'null'],
    [[undefined, 1], '[null,1]'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [[new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
    [{ toJSON: () => 'own form' }, '"own form"'],
    [12n, '12'],
    [{ big: BigInt(Number.MAX_SAFE_INTEGER) }, '{"big":9007199254740991}'],
  ])('writes %s as %s', (value, json) => {
    expect(writeArgument(value)).toBe(call(json));
  });

  it('writes bytes as base64, wherever they stand', () => {
    const bytes = Uint8Array.of(0, 1, 2, 253, 254, 255);
    const base64 = Buffer.from(bytes).toString('base64');
    for (const value of [bytes, bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes)]) {
      expect(roundTrip(value)).toBe(base64);
      expect(roundTrip({ list: [{ value }] })).toEqual({ list: [{ value: base64 }] });
    }
    expect(roundTrip({ toJSON: () => ({ bytes }) })).toEqual({ bytes: base64 });
    expect(roundTrip(new Uint8Array(bytes.buffer, 1, 2))).toBe('AQI=');
    const large = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    expect(roundTrip(large)).toBe(Buffer.from(large).toString('base64'));
  });

  it('refuses a bigint that JSON would round, and passes on what toJSON throws', () => {
    for (const value of [2n ** 53n, [-(2n ** 53n)], { a: 2n ** 64n }]) {
      expect(() => writeArgument(value)).toThrow(withCode('PROTOCOL_CANNOT_WRITE', 'bigint'));
    }
    const failure = new Error('from toJSON');
    const value = {
      toJSON: () => {
        throw failure;
      },
    };
    expect(() => writeArgument(value)).toThrow(expect.objectContaining({ cause: failure }));
  });

  it('writes ping as a constant and escapes ids and targets', () => {
    expect(protocol.writeMessage({ type: MessageType.Ping })).toBe('{"type":6}');
    expect(protocol.writeMessage({ type: 1, invocationId: '"', target: '\n', arguments: [] })).toBe(
      String.raw`{"type":1,"invocationId":"\"","target":"\n","arguments":[]}`,
    );
  });
});
