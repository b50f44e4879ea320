import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageType, type CompletionOutcome, type HubMessage } from '../messages.ts';
import { invocationIdOf } from './json-rpc-id.ts';
import { JsonRpcReader } from './read-json-rpc.ts';
import { jsonRpcEncoding, jsonRpcEventEncoding, writeFailure, writeResult } from './write-json-rpc.ts';

const encodings = [jsonRpcEncoding, jsonRpcEventEncoding];
const invocation = (...args: unknown[]): HubMessage => ({ type: MessageType.Invocation, target: 'm', arguments: args });
const completion = (outcome: CompletionOutcome, id = '1'): HubMessage => ({
  type: MessageType.Completion,
  invocationId: invocationIdOf(7, id),
  outcome,
});

describe('jsonRpcEncoding', () => {
  it('writes a call as a notification, or as a request when an answer is awaited', () => {
    expect(jsonRpcEncoding.writeMessage(invocation(1, 'a', undefined))).toBe(
      '{"jsonrpc":"2.0","method":"m","params":[1,"a",null]}',
    );
    const request: HubMessage = { type: 1, invocationId: 's1', target: '"', arguments: [] };
    for (const encoding of encodings) {
      expect(encoding.writeMessage(request)).toBe('{"jsonrpc":"2.0","method":"\\"","params":[],"id":"s1"}');
    }
  });

  it.each<[CompletionOutcome, string]>([
    [{ kind: 'result', result: [Uint8Array.of(1)] }, '"result":["AQ=="]'],
    [{ kind: 'result', result: null }, '"result":null'],
    [{ kind: 'void' }, '"result":null'],
    [{ kind: 'error', error: 'x' }, '"error":{"code":-32603,"message":"Internal error"}'],
    [
      { kind: 'error', error: 'x', failure: { reason: 'internal', detail: 'Error: y' } },
      '"error":{"code":-32603,"message":"Internal error","data":"Error: y"}',
    ],
    [
      { kind: 'error', error: 'x', failure: { reason: 'application', detail: '"no"' } },
      '"error":{"code":-32000,"message":"\\"no\\""}',
    ],
    [
      { kind: 'error', error: 'x', failure: { reason: 'unknownMethod' } },
      '"error":{"code":-32601,"message":"Method not found"}',
    ],
    [
      { kind: 'error', error: 'x', failure: { reason: 'invalidArguments', detail: 'a' } },
      '"error":{"code":-32602,"message":"Invalid params","data":"a"}',
    ],
    [
      { kind: 'error', error: 'x', failure: { reason: 'unauthorized' } },
      '"error":{"code":-32001,"message":"Unauthorized"}',
    ],
  ])('writes %j as a response', (outcome, members) => {
    for (const encoding of encodings) {
      expect(encoding.writeMessage(completion(outcome, '"a:b"'))).toBe(`{"jsonrpc":"2.0",${members},"id":"a:b"}`);
    }
  });

  it('has no form for what JSON-RPC does not know', () => {
    for (const message of [{ type: 6 }, { type: 7 }, { type: 2, invocationId: '1:1', item: 1 }] as const) {
      expect(() => jsonRpcEncoding.writeMessage(message)).toThrow(
        expect.objectContaining({ code: 'PROTOCOL_CANNOT_WRITE' }),
      );
    }
  });

  it('cannot write a value without end, or a number that JSON would round', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    const refusal = expect.objectContaining({ code: 'PROTOCOL_CANNOT_WRITE' });
    for (const encoding of encodings) {
      expect(() => encoding.writeMessage(invocation(endless))).toThrow(refusal);
      expect(() => encoding.writeMessage(completion({ kind: 'result', result: 2n ** 60n }))).toThrow(refusal);
    }
    expect(() => writeResult('1', endless)).toThrow(refusal);
  });

  it('gives back the id of every request that was read', () => {
    const reader = new JsonRpcReader({ maximumMessageBytes: 1_000_000, maximumBatch: 1 });
    const ids = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.constant(null));
    fc.assert(
      fc.property(ids, (id) => {
        const frame = reader.read(JSON.stringify({ jsonrpc: '2.0', method: 'm', id }));
        if (frame.kind !== 'single' || frame.entry.kind !== 'call' || frame.entry.id === undefined) return;
        const answer = jsonRpcEncoding.writeMessage(completion({ kind: 'void' }, frame.entry.id));
        expect(JSON.parse(answer)).toEqual({
          jsonrpc: '2.0',
          result: null,
          id: JSON.parse(JSON.stringify(id)),
        });
      }),
    );
  });
});

describe('jsonRpcEventEncoding', () => {
  it('writes notifications as events', () => {
    expect(jsonRpcEventEncoding.writeMessage(invocation(1, [2]))).toBe('{"notification":"m","params":[1,[2]]}');
  });
});

describe('writeFailure', () => {
  it('writes the error object of the specification', () => {
    expect(writeFailure('null', 'parseError')).toBe(
      '{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}',
    );
    expect(writeFailure('1', 'answerTooLarge', 'why')).toBe(
      '{"jsonrpc":"2.0","error":{"code":-32003,"message":"Batch answer too large","data":"why"},"id":1}',
    );
  });
});
