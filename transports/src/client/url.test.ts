import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveUrl, withoutQuery, withQuery } from './url.ts';

describe('resolveUrl', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('takes http, https, ws and wss, and drops the fragment', () => {
    expect(resolveUrl('http://h/chat?a=%20b#x')).toBe('http://h/chat?a=%20b');
    expect(resolveUrl('wss://h/chat')).toBe('https://h/chat');
  });

  it('resolves against the page, a base element included, and against a worker', () => {
    vi.stubGlobal('location', { href: 'https://app.example/rooms/1' });
    expect(resolveUrl('/chat')).toBe('https://app.example/chat');
    vi.stubGlobal('document', { baseURI: 'https://app.example/base/' });
    expect(resolveUrl('chat')).toBe('https://app.example/base/chat');
  });

  it.each(['/chat', 'ftp://h/chat', 'http://', ''])('refuses %j outside a page', (url) => {
    expect(() => resolveUrl(url)).toThrow(expect.objectContaining({ code: 'TRANSPORT_INVALID_URL' }));
  });
});

describe('withQuery', () => {
  it('appends, escaped, and leaves the rest as it was', () => {
    expect(withQuery('http://h/c', 'id', 'a+/=&')).toBe('http://h/c?id=a%2B%2F%3D%26');
    expect(withQuery('http://h/c?x=%20y', 'id', '1')).toBe('http://h/c?x=%20y&id=1');
  });
});

describe('withoutQuery', () => {
  it('hides what may hold a token', () => {
    expect(withoutQuery('http://h/c?id=secret&x=?')).toBe('http://h/c');
  });
});
