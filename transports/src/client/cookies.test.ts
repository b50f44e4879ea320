import { describe, expect, it } from 'vitest';
import { Cookies } from './cookies.ts';

function cookiesOf(...lines: string[]): Cookies {
  const cookies = new Cookies();
  const headers = new Headers();
  for (const line of lines) headers.append('Set-Cookie', line);
  cookies.takeFrom(headers);
  return cookies;
}

describe('Cookies', () => {
  it('sends back what was set, behind what the user set', () => {
    const cookies = cookiesOf('a=1; Path=/; HttpOnly', 'b=x=y; Secure', 'a=2');
    expect(cookies.join(undefined)).toBe('a=2; b=x=y');
    expect(cookies.join('own=1')).toBe('own=1; a=2; b=x=y');
  });

  it('forgets what has expired, and takes no nonsense', () => {
    const past = 'Thu, 01 Jan 2015 00:00:00 GMT';
    const cookies = cookiesOf('a=1', 'b=2', `a=; Expires=${past}`, 'b=; max-age=0', 'c', '=d', 'e=5; Max-Age=60');
    expect(cookies.join(undefined)).toBe('e=5');
  });

  it('sends nothing when there is nothing', () => {
    expect(cookiesOf().join(undefined)).toBeUndefined();
  });
});
