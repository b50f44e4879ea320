import { describe, expect, it } from 'vitest';
import { createHubProxy } from './hub-proxy.ts';

type Call = (...args: unknown[]) => unknown;

function proxy() {
  const owner = {};
  const calls: unknown[] = [];
  const call = createHubProxy((...args) => calls.push(args), owner) as Call;
  const member = (name: string): Call => Reflect.get(call, name) as Call;
  return { call, calls, member, owner };
}

describe('createHubProxy', () => {
  it.each([
    'send',
    'name',
    'length',
    'call',
    'apply',
    'bind',
    'constructor',
    'toString',
    'prototype',
    'hasOwnProperty',
  ])('has %s as a method of the hub', (name) => {
    const { call, calls, member } = proxy();
    member(name)(1, 'two');
    call(name, 3);
    expect(calls).toEqual([
      [name, 1, 'two'],
      [name, 3],
    ]);
  });

  it('can be called by call, apply and bind of a function, with the connection as this', () => {
    const { calls, member, owner } = proxy();
    member('call')(owner, 'send', 1);
    member('apply')(owner, ['send', 2]);
    (member('bind')(owner, 'send') as Call)(3);
    expect(calls).toEqual([
      ['send', 1],
      ['send', 2],
      ['send', 3],
    ]);
  });

  it('is no promise and has no form of its own in JSON', async () => {
    const { call, calls } = proxy();
    expect(await Promise.resolve(call)).toBe(call);
    expect(JSON.stringify({ call })).toBe('{}');
    expect(typeof call).toBe('function');
    expect('then' in call).toBe(false);
    expect(Reflect.get(call, Symbol.iterator)).toBeUndefined();
    expect(calls).toEqual([]);
  });
});
