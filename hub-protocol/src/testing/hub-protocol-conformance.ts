import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHubProtocolError, type HubProtocolErrorCode } from '../errors.ts';
import { joinPayloads, PayloadReader } from '../framing/message-framing.ts';
import type { HubProtocol, Payload } from '../hub-protocol.ts';
import type { HubMessage } from '../messages.ts';
import { arbitraryHubMessage } from './arbitrary-hub-message.ts';
import { malformedMessages, type RawMessage } from './malformed-messages.ts';

/** A message and the only form in which it leaves. */
export interface ProtocolVector {
  readonly name: string;
  readonly message: HubMessage;
  readonly wire: Payload;
  /** The form of another implementation, which is read and not written. */
  readonly readOnly?: boolean;
}

/** What `defineHubProtocolConformance` needs to know of an implementation. */
export interface HubProtocolConformance {
  readonly name: string;
  create(): HubProtocol;
  readonly vectors: readonly ProtocolVector[];
  /** Encodes fields as they are, right or wrong; an absent field is left out. */
  encode(fields: RawMessage): Payload;
  /** Tests that do not apply, with the reason why. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** Declares the tests that every `HubProtocol` passes. Call it at the top level of a vitest file. */
export function defineHubProtocolConformance(conformance: HubProtocolConformance): void {
  describe(`${conformance.name} keeps the contract of HubProtocol`, () => {
    const reasons = new Map(conformance.skip?.flatMap(({ reason, tests }) => tests.map((test) => [test, reason])));
    const test: DefineTest = (title, run) => {
      const reason = reasons.get(title);
      if (reason === undefined) it(title, { timeout: 60_000 }, () => run(conformance.create()));
      else it.skip(`${title} (${reason})`, () => {});
    };
    defineVectorTests(test, conformance);
    defineRoundTripTests(test);
    defineRefusalTests(test, conformance);
    defineHostileTests(test, conformance);
  });
}

type DefineTest = (title: string, run: (protocol: HubProtocol) => void) => void;

function defineVectorTests(test: DefineTest, { vectors }: HubProtocolConformance): void {
  test('names itself', (protocol) => {
    expect(protocol.name).toMatch(/./);
    expect(protocol.version).toBeGreaterThanOrEqual(1);
    expect(['Text', 'Binary']).toContain(protocol.transferFormat);
  });
  for (const { name, message, wire, readOnly = false } of vectors) {
    if (!readOnly) {
      test(`writes ${name}`, (protocol) =>
        expect(comparable(protocol.writeMessage(message))).toEqual(comparable(wire)));
    }
    test(`reads ${name}`, (protocol) => expect(protocol.parseMessage(wire)).toStrictEqual(message));
  }
}

function defineRoundTripTests(test: DefineTest): void {
  test('gives back every message that it has written', (protocol) => {
    fc.assert(
      fc.property(arbitraryHubMessage, (message) => {
        expect(protocol.parseMessage(protocol.writeMessage(message))).toStrictEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  test('writes payloads that can be framed', (protocol) => {
    fc.assert(
      fc.property(fc.array(arbitraryHubMessage, { maxLength: 4 }), (messages) => {
        const frame = joinPayloads(
          messages.map((message) => protocol.writeMessage(message)),
          protocol.transferFormat,
        );
        const read: unknown[] = [];
        const reader = new PayloadReader(protocol.transferFormat, 1_000_000);
        reader.read(frame, (payload) => read.push(protocol.parseMessage(payload)));
        expect(read).toStrictEqual(messages);
      }),
    );
  });

  test('keeps no state from one message to the next', (protocol) => {
    fc.assert(
      fc.property(arbitraryHubMessage, arbitraryHubMessage, (first, second) => {
        const [one, two] = [protocol.writeMessage(first), protocol.writeMessage(second)];
        parseOrRefuse(protocol, one.slice(0, -1));
        expect(protocol.parseMessage(two)).toStrictEqual(second);
        expect(protocol.parseMessage(one)).toStrictEqual(first);
      }),
    );
  });
}

function defineRefusalTests(test: DefineTest, { vectors, encode }: HubProtocolConformance): void {
  test('refuses a message cut off at any place', (protocol) => {
    for (const { wire } of vectors) {
      for (let length = 0; length < wire.length; length++) {
        expect(() => protocol.parseMessage(wire.slice(0, length))).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
      }
    }
  });

  for (const { title, fields } of malformedMessages()) {
    test(`refuses ${title}`, (protocol) => {
      expect(() => protocol.parseMessage(encode(fields))).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
    });
  }

  test('refuses a payload of the other kind', (protocol) => {
    const other = protocol.transferFormat === 'Text' ? new Uint8Array([0x91, 6]) : '{"type":6}';
    expect(() => protocol.parseMessage(other)).toThrow(withCode('PROTOCOL_INVALID_MESSAGE'));
  });

  test('ignores message types that it does not know', (protocol) => {
    for (const type of [0, 10, 127, 255, 65_536, -1]) {
      expect(protocol.parseMessage(encode({ type, invocationId: '1', item: 1 }))).toBeUndefined();
    }
  });

  test('takes values of 64 levels and refuses those of 65', (protocol) => {
    for (const wrap of [(value: unknown) => [value], (value: unknown) => ({ a: value })]) {
      for (const message of messagesAround(nest(64, wrap)))
        expect(protocol.parseMessage(encode(message))).toBeDefined();
      for (const message of messagesAround(nest(65, wrap))) {
        expect(() => protocol.parseMessage(encode(message))).toThrow(withCode('PROTOCOL_TOO_DEEP'));
      }
    }
  });

  test('cannot write a value without end', (protocol) => {
    const endless: unknown[] = [];
    endless.push(endless);
    const message: HubMessage = { type: 2, invocationId: '1', item: endless };
    expect(() => protocol.writeMessage(message)).toThrow(withCode('PROTOCOL_CANNOT_WRITE'));
    expect(protocol.parseMessage(protocol.writeMessage({ type: 6 }))).toEqual({ type: 6 });
  });
}

function defineHostileTests(test: DefineTest, { vectors, encode }: HubProtocolConformance): void {
  test('lets no key reach a prototype', (protocol) => {
    const hostile: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1},"a":1}',
    );
    const before = prototypeNames();
    for (const fields of messagesAround([hostile, { nested: hostile }])) {
      const message = protocol.parseMessage(encode(fields));
      for (const object of objectsIn(message)) {
        expect(Object.hasOwn(object, '__proto__')).toBe(false);
        expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(object));
        expect(object).not.toHaveProperty('polluted.valueOf', Object.prototype.valueOf);
      }
    }
    expect(prototypeNames()).toEqual(before);
  });

  test('survives twenty thousand mutated messages', (protocol) => {
    const before = prototypeNames();
    const wires = vectors.map(({ wire }) => wire);
    let slowest = 0;
    for (const payload of mutations(wires, 20_000)) {
      const started = performance.now();
      const message = parseOrRefuse(protocol, payload);
      slowest = Math.max(slowest, performance.now() - started);
      if (message !== undefined) rewrite(protocol, message);
    }
    // Far above what any message of this size takes, garbage collection included; far below a stall.
    expect(slowest).toBeLessThan(1000);
    expect(prototypeNames()).toEqual(before);
  });
}

/** What was read has to be a message: it can be written, and what is written reads as the same message again. */
function rewrite(protocol: HubProtocol, message: HubMessage): void {
  let written: Payload;
  try {
    written = protocol.writeMessage(message);
  } catch (error) {
    expect(error).toSatisfy(isHubProtocolError);
    return;
  }
  const again = protocol.parseMessage(written);
  expect(again).toHaveProperty('type', message.type);
  // Not the messages: minus zero is one value and zero another, which not every encoding can tell apart.
  expect(again && comparable(protocol.writeMessage(again))).toEqual(comparable(written));
}

function parseOrRefuse(protocol: HubProtocol, payload: Payload): HubMessage | undefined {
  try {
    return protocol.parseMessage(payload);
  } catch (error) {
    if (isHubProtocolError(error)) return undefined;
    throw new Error(`not a HubProtocolError, for ${describePayload(payload)}`, { cause: error });
  }
}

function describePayload(payload: Payload): string {
  return typeof payload === 'string' ? JSON.stringify(payload) : [...payload].join(' ');
}

function* mutations(wires: readonly Payload[], count: number): Generator<Payload> {
  const random = randomIntegers(20_261_122);
  for (let index = 0; index < count; index++) {
    let payload = wires[random(wires.length)]!;
    for (let edits = 1 + random(3); edits > 0; edits--) payload = mutate(payload, random, wires);
    yield payload;
  }
}

function mutate(payload: Payload, random: (below: number) => number, wires: readonly Payload[]): Payload {
  const start = random(payload.length + 1);
  const end = random(3) === 0 ? start : Math.min(payload.length, start + 1 + random(4));
  const other = wires[random(wires.length)]!;
  const from = random(other.length);
  const splice = other.slice(from, from + random(6));
  if (typeof payload === 'string') {
    const insert = random(2) === 0 ? String(splice) : String.fromCharCode(random(random(8) === 0 ? 65_536 : 128));
    return payload.slice(0, start) + insert + payload.slice(end);
  }
  const insert = random(2) === 0 && typeof splice !== 'string' ? splice : [random(256)];
  return Uint8Array.of(...payload.subarray(0, start), ...insert, ...payload.subarray(end));
}

/** Small and seeded, so that a failure comes back: a linear congruential generator. */
function randomIntegers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function messagesAround(value: unknown): RawMessage[] {
  return [
    { type: 1, target: 't', arguments: [value] },
    { type: 4, invocationId: '1', target: 't', arguments: [1, value] },
    { type: 2, invocationId: '1', item: value },
    { type: 3, invocationId: '1', result: value },
  ];
}

function nest(levels: number, wrap: (value: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

function prototypeNames(): string[] {
  return [Object.prototype, Array.prototype, Function.prototype].flatMap((prototype) =>
    Reflect.ownKeys(prototype).map(String),
  );
}

function withCode(code: HubProtocolErrorCode): unknown {
  return expect.objectContaining({ code });
}

/** Typed arrays of different classes (`Buffer`) with the same bytes are the same payload. */
function comparable(payload: Payload): unknown {
  return typeof payload === 'string' ? payload : [...payload];
}
