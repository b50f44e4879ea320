import { describe, expect, it } from 'vitest';
import { settled } from './testing/manual-clock.ts';
import { open } from './testing/open.ts';
import { within } from './testing/within.ts';

const call = (target: string, ...args: readonly unknown[]) => ({ type: 1, target, arguments: args }) as const;
const ask = (target: string, ...args: readonly unknown[]) => ({ ...call(target, ...args), invocationId: 'q' }) as const;
const error = (text: string) => ({ type: 3, invocationId: 'q', outcome: { kind: 'error', error: text } });
const result = (value: unknown) => ({ type: 3, invocationId: 'q', outcome: { kind: 'result', result: value } });

describe('on', () => {
  it('calls every handler, in order, whatever the case of the name, with the connection as this', async () => {
    const { connection, peer } = await open().connected();
    const seen: unknown[] = [];
    connection.on('Message', function (this: unknown, ...args: readonly unknown[]) {
      seen.push(['first', ...args, this === connection]);
    });
    connection.on('MESSAGE', (...args: readonly unknown[]) => seen.push(['second', ...args]));
    peer.send(call('message', 1, 'two'));
    await settled();
    expect(seen).toEqual([
      ['first', 1, 'two', true],
      ['second', 1, 'two'],
    ]);
  });

  it('counts the same handler once', async () => {
    const { connection, peer } = await open().connected();
    let count = 0;
    const handler = () => void (count += 1);
    connection.on('x', handler);
    connection.on('X', handler);
    peer.send(call('x'));
    await settled();
    expect(count).toBe(1);
  });

  it('goes on after a handler threw or rejected', async () => {
    const { connection, peer } = await open().connected();
    const seen: string[] = [];
    connection.on('x', () => {
      throw new Error('sync');
    });
    connection.on('x', async () => {
      throw new Error('async');
    });
    connection.on('x', () => seen.push('third'));
    peer.send(call('x'), call('x'));
    await settled();
    expect(seen).toEqual(['third', 'third']);
    expect(connection.state).toBe('Connected');
  });

  it('calls a handler that removes itself once', async () => {
    const { connection, peer } = await open().connected();
    const seen: string[] = [];
    const remove = connection.on('x', () => {
      seen.push('once');
      remove();
    });
    connection.on('x', () => seen.push('always'));
    peer.send(call('x'), call('x'));
    await settled();
    expect(seen).toEqual(['once', 'always', 'always']);
  });

  it.each(['constructor', '__proto__', 'toString', 'then'])('knows no handler for %s', async (target) => {
    const { peer } = await open().connected();
    peer.send(ask(target));
    expect(await peer.next()).toEqual(error("Client didn't provide a result."));
  });
});

describe('off', () => {
  it('removes one handler, or all', async () => {
    const { connection, peer } = await open().connected();
    const seen: string[] = [];
    const first = () => seen.push('first');
    connection.on('x', first);
    connection.on('x', () => seen.push('second'));
    connection.off('X', first);
    peer.send(call('x'));
    await settled();
    expect(seen).toEqual(['second']);
    connection.off('x');
    peer.send(call('x'));
    await settled();
    expect(seen).toEqual(['second']);
  });
});

describe('onAny', () => {
  it('sees every call until it is removed', async () => {
    const { connection, peer } = await open().connected();
    const seen: unknown[] = [];
    const remove = connection.onAny((target, args) => seen.push([target, args]));
    peer.send(call('a', 1), call('b'));
    await settled();
    remove();
    peer.send(call('c'));
    await settled();
    expect(seen).toEqual([
      ['a', [1]],
      ['b', []],
    ]);
  });
});

describe('a client result', () => {
  it.each([
    ['a value', () => 42, 42],
    ['a promise', async () => ({ ok: true }), { ok: true }],
    ['null', () => null, null],
    ['false', () => false, false],
  ])('is %s that the handler returns', async (_what, handler, expected) => {
    const { connection, peer } = await open().connected();
    connection.on('ask', handler);
    peer.send(ask('ask'));
    expect(await peer.next()).toEqual(result(expected));
  });

  it('is an error when there is no handler', async () => {
    const { peer } = await open().connected();
    peer.send(ask('ask'));
    expect(await peer.next()).toEqual(error("Client didn't provide a result."));
  });

  it('is an error when the handler gives nothing', async () => {
    const { connection, peer } = await open().connected();
    connection.on('ask', () => {});
    peer.send(ask('ask'));
    expect(await peer.next()).toEqual(error("Client didn't provide a result."));
  });

  it('is the text of what the handler threw', async () => {
    const { connection, peer } = await open().connected();
    connection.on('ask', () => {
      throw new TypeError('not now');
    });
    peer.send(ask('ask'));
    expect(await peer.next()).toEqual(error('TypeError: not now'));
  });

  it('is an error when two handlers give one', async () => {
    const { connection, peer } = await open().connected();
    connection.on('ask', () => 1);
    connection.on('ask', () => 2);
    peer.send(ask('ask'));
    expect(await peer.next()).toEqual(error('Client provided multiple results.'));
  });

  it('is the last result when an earlier handler threw, and the error when a later one did', async () => {
    const { connection, peer } = await open().connected();
    const fail = () => {
      throw new Error('no');
    };
    connection.on('first', fail);
    connection.on('first', () => 1);
    connection.on('last', () => 1);
    connection.on('last', fail);
    peer.send(ask('first'));
    expect(await peer.next()).toEqual(result(1));
    peer.send(ask('last'));
    expect(await peer.next()).toEqual(error('Error: no'));
  });

  it('is an error when it cannot be encoded', async () => {
    const { connection, peer } = await open().connected();
    const endless: Record<string, unknown> = {};
    endless['self'] = endless;
    connection.on('ask', () => endless);
    peer.send(ask('ask'));
    expect(await peer.next()).toMatchObject({ type: 3, outcome: { kind: 'error' } });
  });

  it('does not hold up what comes behind it, and is dropped when the connection ends first', async () => {
    const { connection, peer } = await open().connected();
    let answer = (_value: number): void => {};
    connection.on('ask', () => new Promise<number>((resolve) => (answer = resolve)));
    const other = new Promise<void>((resolve) => connection.on('other', resolve));
    peer.send(ask('ask'), call('other'));
    await within(other, 'the call behind');
    await connection.stop();
    answer(1);
    await settled();
    expect(connection.state).toBe('Disconnected');
  });
});
