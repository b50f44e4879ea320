import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionRequest } from './connection-request.ts';

function requestOf(url: string, cookie?: string): ConnectionRequest {
  const headers = cookie === undefined ? {} : { cookie };
  return new ConnectionRequest({ method: 'GET', url, headers, remoteAddress: undefined });
}

function cookiesOf(header: string | undefined): readonly (readonly [string, string])[] {
  return [...requestOf('/', header).cookies];
}

describe('the query of a request', () => {
  it.each([
    ['/hub', []],
    ['/hub?', []],
    ['/hub?room=1', [['room', '1']]],
    [
      '/hub?b=2&a=1&b=3',
      [
        ['b', '2'],
        ['a', '1'],
        ['b', '3'],
      ],
    ],
    ['/hub?a+b=%C3%A4%26', [['a b', 'ä&']]],
    [
      '/hub?a=%zz&b',
      [
        ['a', '%zz'],
        ['b', ''],
      ],
    ],
    ['/hub?a=1#b?c=2', [['a', '1']]],
    ['/hub#?a=1', []],
    ['/hub?a=?b=1', [['a', '?b=1']]],
  ])('of %j is %j', (url, pairs) => {
    expect([...requestOf(url).query]).toEqual(pairs);
  });

  it('gives first values, all values and none', () => {
    const { query } = requestOf('/hub?a=1&a=2&__proto__=3');
    expect([query.get('a'), query.getAll('a'), query.get('b'), query.has('a', '2'), query.size]).toEqual([
      '1',
      ['1', '2'],
      null,
      true,
      3,
    ]);
    expect([query.get('__proto__'), query.get('constructor')]).toEqual(['3', null]);
  });

  it('is parsed once', () => {
    const request = requestOf('/hub?a=1', 'a=1');
    expect([request.query, request.cookies]).toEqual([request.query, request.cookies]);
    expect(request.query).toBe(request.query);
    expect(request.cookies).toBe(request.cookies);
  });
});

describe('the cookies of a request', () => {
  it.each([
    ['none', undefined, []],
    ['an empty header', '', []],
    ['one', 'a=1', [['a', '1']]],
    [
      'several',
      'a=1; b=2;c=3 ;\td=4',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
      ],
    ],
    [
      'the first of a name',
      'a=1; b=2; a=3',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['equals signs in values', 'a=b=c==', [['a', 'b=c==']]],
    [
      'empty values',
      'a=; b=""',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [
      'quoted values',
      'a="1 2"; b="; c=x"y"',
      [
        ['a', '1 2'],
        ['b', '"'],
        ['c', 'x"y"'],
      ],
    ],
    ['what is no pair', 'flag; =nameless; ; a=1;', [['a', '1']]],
    [
      'percent-encoded values',
      'a=%C3%A4%20%3B; b="%22"',
      [
        ['a', 'ä ;'],
        ['b', '"'],
      ],
    ],
    [
      'values that are encoded wrongly',
      'a=100%; b=%ff; c=%C3%A4%',
      [
        ['a', '100%'],
        ['b', '%ff'],
        ['c', '%C3%A4%'],
      ],
    ],
    ['plus signs as they are', 'a=1+1', [['a', '1+1']]],
    [
      'names in their case',
      'A=1; a=2',
      [
        ['A', '1'],
        ['a', '2'],
      ],
    ],
  ])('are, for %s, what was sent', (_what, header, pairs) => {
    expect(cookiesOf(header)).toEqual(pairs);
  });

  it('do not make guarded names of others', () => {
    const names = cookiesOf('__%48ost-a=1; \u00a0__Host-a=2; __host-a=3').map(([name]) => name);
    expect(names).toEqual(['__%48ost-a', '\u00a0__Host-a', '__host-a']);
  });

  it('touch no prototype', () => {
    const { cookies } = requestOf('/', '__proto__=1; constructor=2; toString=3');
    expect([...cookies.values()]).toEqual(['1', '2', '3']);
    expect(requestOf('/', 'a=1').cookies.get('__proto__')).toBeUndefined();
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('are read in time proportional to the header', () => {
    const header = `a=${'; '.repeat(500_000)}b=${' '.repeat(1_000_000)}c`;
    const start = performance.now();
    expect(cookiesOf(header)).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('are those that were encoded, whatever they hold', () => {
    const name = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
    const pairs = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'binary' })), {
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(pairs, (cookies) => {
        const header = cookies.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('; ');
        expect(cookiesOf(header)).toEqual(cookies);
      }),
    );
  });

  it('never make a request fail', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => cookiesOf(header).length >= 0));
  });
});
