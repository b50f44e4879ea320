import { describe, expect, it } from 'vitest';
import { pathOf, queryValue, withoutSecrets } from './request-target.ts';

describe('pathOf', () => {
  it.each([
    ['/chat', '/chat'],
    ['/chat/', '/chat'],
    ['/', '/'],
    ['/chat?x=/y', '/chat'],
    ['/chat/negotiate?x', '/chat/negotiate'],
    ['http://host:80/chat?x', '/chat'],
    ['*', '*'],
    ['//chat', '//chat'],
    ['/a%2Fb', '/a%2Fb'],
  ])('%s is %s', (url, path) => {
    expect(pathOf(url)).toBe(path);
  });
});

describe('queryValue', () => {
  it('compares names without regard to case and takes the first', () => {
    const url = '/x?ID=one&id=two&Id=three&empty=&bare';
    expect(queryValue(url, 'id')).toBe('two');
    expect(queryValue('/x?ID=one&Id=two', 'id')).toBe('one');
    expect(queryValue(url, 'empty')).toBe('');
    expect(queryValue(url, 'bare')).toBe('');
    expect(queryValue(url, 'none')).toBeUndefined();
    expect(queryValue('/x', '')).toBeUndefined();
  });

  it('decodes names and values, well-formed or not', () => {
    expect(queryValue('/x?i%64=a%20b+c', 'id')).toBe('a b c');
    expect(queryValue('/x?id=%zz%', 'id')).toBe('%zz%');
    expect(queryValue('http://host/x?id=1=2#?id=3', 'id')).toBe('1=2');
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['/chat?id=1&access_token=2', '/chat'],
    ['/chat?a=1&id=2&b=3', '/chat?a=1&b=3'],
    ['/chat?ID=1&Access_Token=2&c', '/chat?c'],
    ['/chat?valid=1&my_access_token=2', '/chat?valid=1&my_access_token=2'],
    ['/chat?i%64=1&access%5Ftoken=2&a=%20', '/chat?a=%20'],
    ['/chat', '/chat'],
  ])('%s becomes %s', (url, expected) => {
    expect(withoutSecrets(url)).toBe(expected);
  });
});
