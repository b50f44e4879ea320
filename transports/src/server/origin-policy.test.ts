import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isOriginAllowed } from './origin-policy.ts';

const requestOf = (origin: string | undefined, host: string | undefined = 'app.example:8080') =>
  ({ headers: { origin, host } }) as IncomingMessage;

describe('isOriginAllowed', () => {
  it.each([
    ['http://app.example:8080', 'app.example:8080', true],
    ['https://app.example:8080', 'app.example:8080', true],
    ['https://app.example', 'app.example', true],
    ['https://app.example', 'APP.example:443', true],
    ['http://app.example', 'app.example:80', true],
    ['http://[::1]:5000', '[::1]:5000', true],
    ['https://app.example', 'app.example:80', false],
    ['https://app.example:8081', 'app.example:8080', false],
    ['https://evil.example', 'app.example', false],
    ['https://app.example.evil.example', 'app.example', false],
    ['https://evilapp.example', 'app.example', false],
    ['https://app.example@evil.example', 'app.example', false],
    ['https://app.example/', 'app.example', false],
    ['https://evil.example', 'evil.example@app.example', false],
    ['null', 'app.example', false],
    ['', 'app.example', false],
    ['app.example', 'app.example', false],
    ['file://', 'app.example', false],
    ['https://app.example', undefined, false],
  ])('same-origin: %s at host %s is %s', (origin, host, expected) => {
    const request = { headers: { origin, host } } as IncomingMessage;
    expect(isOriginAllowed('same-origin', request)).toBe(expected);
  });

  it('admits requests without an origin, whatever the policy', () => {
    for (const policy of ['same-origin', '*', [], () => false] as const) {
      expect(isOriginAllowed(policy, requestOf(undefined))).toBe(true);
    }
  });

  it('compares a list exactly', () => {
    const list = ['https://a.example'];
    expect(isOriginAllowed(list, requestOf('https://a.example'))).toBe(true);
    for (const origin of ['https://a.example.evil', 'http://a.example', 'null', 'https://app.example:8080']) {
      expect(isOriginAllowed(list, requestOf(origin))).toBe(false);
    }
  });

  it('asks a function, and admits all with *', () => {
    expect(isOriginAllowed((origin) => origin.endsWith('.example'), requestOf('https://b.example'))).toBe(true);
    expect(isOriginAllowed(() => false, requestOf('https://b.example'))).toBe(false);
    expect(isOriginAllowed('*', requestOf('null'))).toBe(true);
  });
});
