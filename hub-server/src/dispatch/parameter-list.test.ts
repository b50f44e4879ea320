import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HubMethodFunction } from '../hub-method.ts';
import { evaluate } from '../testing/evaluate.ts';
import { readParameterList } from './parameter-list.ts';

/** Parameters as text: `name`, `name=` with a default, `...name`, and `{}` for one taken apart. */
function parametersOf(method: unknown): readonly string[] | undefined {
  return readParameterList(method as HubMethodFunction)?.map(
    ({ name, isRest, hasDefault }) => `${isRest ? '...' : ''}${name === '' ? '{}' : name}${hasDefault ? '=' : ''}`,
  );
}

/** Makes a method from source that no formatter and no compiler has touched. */
function method(source: string): unknown {
  const { prototype } = evaluate(`return class { ${source} }`) as { readonly prototype: object };
  const [method] = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([key]) => key !== 'constructor');
  return method?.[1].value;
}

const cases: readonly (readonly [source: string, parameters: readonly string[]])[] = [
  ['m() {}', []],
  ['m( /* nothing, really */ ) {}', []],
  ['m(a) {}', ['a']],
  ['m(a, b, ) {}', ['a', 'b']],
  ['async m(a, b) {}', ['a', 'b']],
  ['*m(a) {}', ['a']],
  ['async *m(a, signal) {}', ['a', 'signal']],
  ['async(a) {}', ['a']],
  ['get(a) {}', ['a']],
  ['static(a) {}', ['a']],
  ['"quoted (name"(a) {}', ['a']],
  ['["computed (" + "name"](a, b) {}', ['a', 'b']],
  ['[`computed ${"(" + 1}`](a) {}', ['a']],
  ['m(a = ")", b) {}', ['a=', 'b']],
  ["m(a = ',', b = '(') {}", ['a=', 'b=']],
  ['m(a = "\\")", b) {}', ['a=', 'b']],
  ['m(a = `),${`nested ${")"},`}`, b) {}', ['a=', 'b']],
  ['m(a = /[)/,(]/g, b) {}', ['a=', 'b']],
  ['m(a = /\\)/, b) {}', ['a=', 'b']],
  ['m(a = 4 / 2, b = (1) / 2, c) {}', ['a=', 'b=', 'c']],
  ['m(a = typeof /,/, b) {}', ['a=', 'b']],
  ['m(a = [1, 2, 3], b) {}', ['a=', 'b']],
  ['m(a = { x: 1, y: [")"] }, b) {}', ['a=', 'b']],
  ['m(a = (x, y) => x, b) {}', ['a=', 'b']],
  ['m(a = x => ({ x }), b) {}', ['a=', 'b']],
  ['m(a = function (x, y) { return ")"; }, b) {}', ['a=', 'b']],
  ['m(a = class { n(x, y) {} }, b) {}', ['a=', 'b']],
  ['m({ a, b }, [c, d]) {}', ['{}', '{}']],
  ['m({ a = ",", ...rest } = {}, b) {}', ['{}=', 'b']],
  ['m(...rest) {}', ['...rest']],
  ['m(a, ...[b, c]) {}', ['a', '...{}']],
  ['m(a /* , x */, // , y\n b) {}', ['a', 'b']],
  ['m(/* "( */ a) {}', ['a']],
  ['m($, _b, ünï) {}', ['$', '_b', 'ünï']],
  ['m(a = "[native code]") {}', ['a=']],
];

describe('readParameterList', () => {
  it.each(cases)('reads %s', (source, parameters) => {
    expect(parametersOf(method(source))).toEqual(parameters);
  });

  it('reads functions and arrow functions', () => {
    expect(parametersOf(evaluate('return function (a, b) {}'))).toEqual(['a', 'b']);
    expect(parametersOf(evaluate('return (a, b = 1) => a'))).toEqual(['a', 'b=']);
    expect(parametersOf(evaluate('return a => a'))).toEqual(['a']);
    expect(parametersOf(evaluate('return async a => a'))).toEqual(['a']);
  });

  it('knows nothing of native and bound functions', () => {
    expect(parametersOf(Math.max)).toBeUndefined();
    expect(parametersOf(Function.prototype.bind.call((_a: string) => {}, null))).toBeUndefined();
  });

  it('counts what is declared, whatever the defaults are', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,6}x$/), { maxLength: 6 });
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string())).map(toSource);
    fc.assert(
      fc.property(names, fc.array(value, { minLength: 6, maxLength: 6 }), (parameters, defaults) => {
        const list = parameters.map((name, index) => `${name} = ${defaults[index]}`);
        expect(parametersOf(method(`m(${list.join(', ')}) {}`))).toEqual(parameters.map((name) => `${name}=`));
      }),
    );
  });
});

/** A value as a template or as JSON, both of which may hold brackets, quotes, slashes and commas. */
function toSource(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return `\`${value.replaceAll(/[\\`$]/g, (character) => `\\${character}`)}\``;
}
