import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeHarmless } from './make-harmless.ts';

/** Says the same without a thought of speed. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function withoutProto(key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null) Reflect.deleteProperty(value, '__proto__');
  return value;
}

function expectSame(json: string, levels: number): void {
  const value: unknown = JSON.parse(json);
  const clean: unknown = JSON.parse(json, withoutProto);
  const outcome = makeHarmless(value, levels, json) ? { value } : 'too deep';
  expect(outcome).toStrictEqual(depthOf(clean) <= levels ? { value: clean } : 'too deep');
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const list = (length: number, last: string): string => `[${'1,'.repeat(length - 1)}${last}]`;

describe('makeHarmless', () => {
  const text = fc.constantFrom('"[[[["', '"{{"', '"]"', String.raw`"\\u"`, String.raw`"\u005b"`, '"__proto__"', '"a"');
  const key = fc.constantFrom('"__proto__"', String.raw`"_\u005fproto__"`, '"a"', '"b["', '"0"', '"]}"');
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(text, fc.constantFrom('null', '1', '{}', '[]'), fc.json({ maxDepth: 2 })),
      fc.array(tie('json')).map((items) => `[${items.join()}]`),
      fc.array(fc.tuple(key, tie('json'))).map((members) => `{${members.map((member) => member.join(':')).join()}}`),
      fc.tuple(fc.constantFrom(99, 100, 300), tie('json')).map(([length, last]) => list(length, last)),
    ),
  }));

  it('comes to the same as a walk through everything', () => {
    fc.assert(fc.property(json, fc.constantFrom(1, 2, 5, 15, 16, 17, 18, 64), expectSame), { numRuns: 1_000 });
  }, 60_000);

  it.each([14, 15, 16, 17, 18])('counts %i levels in a long list', (depth) => {
    for (const levels of [depth, depth + 1, depth + 2]) expectSame(list(200, nested(depth)), levels);
    expectSame(`[${list(200, nested(depth))},"]"]`, depth + 1);
  });

  it('walks through everything where it does not know the text', () => {
    const value: unknown = JSON.parse(list(200, '{"__proto__":1}'));
    expect(makeHarmless(value, 64)).toBe(true);
    expect(value).toStrictEqual(JSON.parse(list(200, '{}')));
  });

  it('finds the key behind a long list of numbers', () => {
    for (const key of ['__proto__', String.raw`__prot\u006f__`]) {
      expectSame(list(200, `{"${key}":{"a":1},"b":[{"${key}":1}]}`), 64);
      expectSame(`{"a":${list(200, '2')},"${key}":1}`, 64);
    }
  });
});
