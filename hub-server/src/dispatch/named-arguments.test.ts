import { describe, expect, it } from 'vitest';
import { HubCallError } from './hub-call-error.ts';
import { describeHubMethod } from './hub-method-descriptor.ts';
import { orderArguments, type NamedArguments } from './named-arguments.ts';
import type { HubMethodFunction, HubMethodOptions } from '../hub-method.ts';

function order(method: HubMethodFunction, options: HubMethodOptions, named: NamedArguments): unknown {
  const ordered = orderArguments(describeHubMethod({ key: 'm', method, options, requirements: [] }), named);
  return ordered instanceof HubCallError ? `${ordered.code} ${(ordered.cause as Error).message}` : ordered;
}

const subtract = (minuend: number, subtrahend: number) => minuend - subtrahend;
const greet = (text: string, times = 1, loud = false) => [text, times, loud];
const declared = { parameters: ['minuend', 'subtrahend'] };

describe('orderArguments', () => {
  it('puts arguments in the order of the parameters', () => {
    expect(order(subtract, declared, { subtrahend: 23, minuend: 42 })).toEqual([42, 23]);
    expect(order(subtract, { parameters: ['b', 'a'] }, { a: 1, b: 2 })).toEqual([2, 1]);
  });

  it('leaves out what may be left out', () => {
    const options = { parameters: ['text', 'times', 'loud'] };
    expect(order(greet, options, { text: 'a' })).toEqual(['a']);
    expect(order(greet, options, { loud: true, text: 'a' })).toEqual(['a', undefined, true]);
    expect(order(greet, options, { text: null, times: undefined })).toEqual([null, undefined]);
  });

  it('takes no names for a method that has none to take', () => {
    expect(order(() => 1, {}, {})).toEqual([]);
    expect(order(subtract, {}, {})).toEqual([]);
  });

  it.each<[NamedArguments, string]>([
    [{ minuend: 1 }, "The argument 'subtrahend' is missing."],
    [{ minuend: 1, subtrahend: 2, more: 3 }, "The method has no parameter 'more'."],
    [{ minuend: 1, toString: 2 }, "The method has no parameter 'toString'."],
    [{ Minuend: 1, subtrahend: 2 }, "The method has no parameter 'Minuend'."],
  ])('refuses %j', (named, text) => {
    expect(order(subtract, declared, named)).toBe(`HUB_INVALID_ARGUMENTS ${text}`);
  });

  it('finds no argument on a prototype', () => {
    expect(order((_toString: unknown) => 1, { parameters: ['toString'] }, {})).toBe(
      "HUB_INVALID_ARGUMENTS The argument 'toString' is missing.",
    );
  });

  it('does not guess names from the source', () => {
    expect(order(subtract, {}, { minuend: 1, subtrahend: 2 })).toBe(
      'HUB_INVALID_ARGUMENTS The method takes its arguments by position.',
    );
  });

  it.each([[['a']], [['a', 'b', 'c']], [['a', 'a']], [[]]])(
    'has no method whose parameters are not %j',
    (parameters) => {
      expect(() => order(subtract, { parameters }, {})).toThrow(
        expect.objectContaining({ code: 'HUB_INVALID_METHOD' }),
      );
    },
  );

  it('names all parameters but a signal and a rest', () => {
    const options = { parameters: ['a'] };
    expect(order((_a: number, _signal: AbortSignal) => 1, options, { a: 1 })).toEqual([1]);
    expect(order((_a: number, ..._rest: number[]) => 1, options, { a: 1 })).toEqual([1]);
  });
});
