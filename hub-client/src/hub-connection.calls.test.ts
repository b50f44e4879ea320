import { describe, expect, it } from 'vitest';
import { HubInvocationError } from './errors.ts';
import { collect } from './testing/collect.ts';
import { rejectionOf } from './testing/rejection-of.ts';
import { settled } from './testing/manual-clock.ts';
import { open } from './testing/open.ts';
import { within } from './testing/within.ts';

const ok = (invocationId: string, result: unknown) =>
  ({ type: 3, invocationId, outcome: { kind: 'result', result } }) as const;
const done = (invocationId: string) => ({ type: 3, invocationId, outcome: { kind: 'void' } }) as const;
const failed = (invocationId: string, error: string) =>
  ({ type: 3, invocationId, outcome: { kind: 'error', error } }) as const;
const item = (invocationId: string, item: unknown) => ({ type: 2, invocationId, item }) as const;

function endless(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

interface TestHub {
  add(a: number, b: number): number;
  slow(): void;
  log(text: string): void;
  count(n: number): AsyncIterable<string>;
}

describe('invoke', () => {
  it('resolves with the result, by name and by proxy', async () => {
    const { connection, peer } = await open<TestHub>().connected();
    const byName = connection.invoke('add', 1, 2);
    const byProxy = connection.invoke.add(3, 4);
    const first = { type: 1, invocationId: '1', target: 'add', arguments: [1, 2] };
    expect(await peer.next()).toEqual(first);
    expect(await peer.next()).toEqual({ ...first, invocationId: '2', target: 'add', arguments: [3, 4] });
    peer.send(ok('2', 7), ok('1', 3));
    expect(await within(byName, 'first result')).toBe(3);
    expect(await within(byProxy, 'second result')).toBe(7);
  });

  it('resolves with undefined when there is no result, and with null when that is the result', async () => {
    const { connection, peer } = await open().connected();
    const calls = [connection.invoke('a'), connection.invoke('b')];
    peer.send(done('1'), ok('2', null));
    expect(await within(Promise.all(calls), 'both')).toEqual([undefined, null]);
  });

  it('rejects with exactly the text of the server', async () => {
    const { connection, peer } = await open().connected();
    const call = connection.invoke('x');
    peer.send(failed('1', "An unexpected error occurred invoking 'x' on the server."));
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HubInvocationError);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe("An unexpected error occurred invoking 'x' on the server.");
  });

  it.each([
    ["An unexpected error occurred invoking 'x' on the server. HubException: Say\nsomething.", 'Say\nsomething.'],
    ['An error occurred on the server while streaming results. HubException: a. HubException: b', 'a. HubException: b'],
    ["An unexpected error occurred invoking 'x' on the server. HubException: ", ''],
    ["An unexpected error occurred invoking 'x' on the server. TypeError: no", undefined],
    ["Unknown hub method 'HubException: x'", undefined],
  ])('gives what the hub itself said of %j', (message, hubMessage) => {
    expect(new HubInvocationError(message)).toMatchObject({ message, hubMessage });
  });

  it('writes the calls of one turn into one frame', async () => {
    const frames: unknown[] = [];
    const { connection, peer } = await open({
      wrap: (inner) => {
        const send = inner.send.bind(inner);
        return Object.assign(inner, { send: (frame: string) => (frames.push(frame), send(frame)) });
      },
    }).connected();
    frames.length = 0;
    for (let index = 0; index < 20; index++) void connection.send('x', index);
    for (let index = 0; index < 20; index++) await peer.next();
    expect(frames).toHaveLength(1);
  });

  it('rejects when an argument cannot be encoded, and leaves nothing behind', async () => {
    const { connection, peer } = await open().connected();
    await expect(connection.invoke('x', endless())).rejects.toMatchObject({ code: 'PROTOCOL_CANNOT_WRITE' });
    const next = connection.invoke('y');
    expect(await peer.next()).toMatchObject({ target: 'y' });
    peer.send(done('2'));
    await within(next, 'the next call');
  });

  it('rejects at the limit of calls that wait', async () => {
    const { connection } = await open({ maximumPendingCalls: 1 }).connected();
    const first = connection.invoke('x');
    await expect(connection.invoke('x')).rejects.toMatchObject({ code: 'PROTOCOL_TOO_MANY_INVOCATIONS' });
    await connection.stop();
    await expect(first).rejects.toThrow('Invocation canceled');
  });
});

describe('withOptions', () => {
  it('cancels on the server when the signal aborts, and rejects with its reason', async () => {
    const { connection, peer } = await open().connected();
    const stop = new AbortController();
    const call = connection.withOptions({ signal: stop.signal }).invoke('slow');
    await peer.next();
    const reason = new Error('changed my mind');
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(await peer.next()).toEqual({ type: 5, invocationId: '1' });
    peer.send(failed('1', 'canceled'));
    await settled();
    expect(connection.state).toBe('Connected');
  });

  it('sends nothing when the signal has aborted already', async () => {
    const { connection, peer } = await open().connected();
    const calls = connection.withOptions({ signal: AbortSignal.abort(new Error('too late')) });
    await expect(calls.invoke('x')).rejects.toThrow('too late');
    await expect(calls.send('x')).rejects.toThrow('too late');
    await expect(collect(calls.stream('x'))).rejects.toThrow('too late');
    await settled();
    expect(peer.unread).toEqual([]);
  });

  it('cancels and rejects when the time is over', async () => {
    const { clock, connection, peer } = await open<TestHub>().connected();
    const call = connection.withOptions({ timeoutMs: 100 }).invoke.slow();
    const failure = rejectionOf(call);
    await peer.next();
    await clock.advance(100);
    expect(await failure).toMatchObject({ name: 'TimeoutError' });
    expect(await peer.next()).toEqual({ type: 5, invocationId: '1' });
  });

  it('leaves no timer and no listener behind when the answer came', async () => {
    const { clock, connection, peer } = await open().connected();
    const stop = new AbortController();
    const before = clock.pending;
    const call = connection.withOptions({ signal: stop.signal, timeoutMs: 100 }).invoke('x');
    expect(clock.pending).toBe(before + 1);
    peer.send(done('1'));
    await within(call, 'the answer');
    expect(clock.pending).toBe(before);
    await peer.next();
    stop.abort();
    await settled();
    expect(peer.unread).toEqual([]);
  });

  it('sends headers with the call', async () => {
    const { connection, peer } = await open().connected();
    void connection.withOptions({ headers: { trace: 'abc' } }).send('x');
    expect(await peer.next()).toEqual({ type: 1, target: 'x', arguments: [], headers: { trace: 'abc' } });
  });
});

describe('send', () => {
  it('sends without an id', async () => {
    const { connection, peer } = await open<TestHub>().connected();
    await within(connection.send('log', 'once'), 'send');
    expect(await peer.next()).toEqual({ type: 1, target: 'log', arguments: ['once'] });
    await within(connection.send.log('again'), 'send by proxy');
    expect(await peer.next()).toMatchObject({ target: 'log', arguments: ['again'] });
  });

  it('resolves when the transport has room', async () => {
    const { connection, peer } = await open({ pair: { sendBufferBytes: 10 } }).connected();
    peer.pause();
    let isSent = false;
    const sent = connection.send('x', 'a long text').then(() => (isSent = true));
    await settled();
    expect(isSent).toBe(false);
    peer.resume();
    await within(sent, 'send');
  });

  it('rejects when the connection ends before there is room', async () => {
    const { connection, peer } = await open({ pair: { sendBufferBytes: 10 } }).connected();
    peer.pause();
    const sent = rejectionOf(connection.send('x', 'a long text'));
    await settled();
    peer.cut();
    expect(await sent).toMatchObject({ code: 'TRANSPORT_FAILED' });
  });

  it('is refused when too much waits', async () => {
    const { connection, peer } = await open({ maximumBufferedBytes: 100 }).connected();
    peer.pause();
    await connection.send('x', 'y'.repeat(200));
    await expect(connection.send('x')).rejects.toMatchObject({ code: 'HUB_CLIENT_SEND_QUEUE_FULL' });
    peer.resume();
    await settled();
    await within(connection.send('x'), 'send once there is room');
  });
});

describe('stream', () => {
  it('is read with for await', async () => {
    const { connection, peer } = await open<TestHub>().connected();
    const items = collect(connection.stream.count(3));
    expect(await peer.next()).toEqual({ type: 4, invocationId: '1', target: 'count', arguments: [3] });
    peer.send(item('1', 'a'), item('1', 'b'), done('1'));
    expect(await within(items, 'the end')).toEqual(['a', 'b']);
  });

  it('gives the error of the server after the items', async () => {
    const { connection, peer } = await open().connected();
    const received: unknown[] = [];
    const read = (async () => {
      for await (const value of connection.stream('count')) received.push(value);
    })();
    peer.send(item('1', 'a'), failed('1', 'An error occurred on the server while streaming results.'));
    await expect(read).rejects.toThrow(/^An error occurred on the server while streaming results\.$/);
    expect(received).toEqual(['a']);
  });

  it('is cancelled on the server by leaving the loop', async () => {
    const { connection, peer } = await open().connected();
    const read = (async () => {
      for await (const value of connection.stream('count')) return value;
      return undefined;
    })();
    await peer.next();
    peer.send(item('1', 'a'), item('1', 'b'));
    expect(await within(read, 'the first item')).toBe('a');
    expect(await peer.next()).toEqual({ type: 5, invocationId: '1' });
    peer.send(item('1', 'c'), done('1'));
    await settled();
    expect(connection.state).toBe('Connected');
  });

  it('can be subscribed to, by several', async () => {
    const { connection, peer } = await open().connected();
    const stream = connection.stream('count');
    const seen: unknown[] = [];
    const subscriber = (name: string) => ({
      closed: false,
      next: (value: unknown) => seen.push([name, value]),
      error: (error: unknown) => seen.push([name, error]),
      complete: () => seen.push([name, 'complete']),
    });
    const a = subscriber('a');
    stream.subscribe(a);
    stream.subscribe(subscriber('b'));
    peer.send(item('1', 1), done('1'));
    await settled();
    expect(seen).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 'complete'],
      ['b', 'complete'],
    ]);
    expect(a.closed).toBe(true);
  });

  it('tells subscribers the error of the server', async () => {
    const { connection, peer } = await open().connected();
    const failure = new Promise<unknown>((error) =>
      connection.stream('count').subscribe({ next() {}, complete() {}, error }),
    );
    peer.send(failed('1', 'boom'));
    expect(await within(failure, 'the error')).toMatchObject({ message: 'boom' });
  });

  it('is cancelled when the last subscription is disposed', async () => {
    const { connection, peer } = await open().connected();
    const seen: unknown[] = [];
    const stream = connection.stream('count');
    const subscribe = () => stream.subscribe({ next: (value) => seen.push(value), error() {}, complete() {} });
    const [first, second] = [subscribe(), subscribe()];
    await peer.next();
    first.dispose();
    peer.send(item('1', 1));
    await settled();
    expect(peer.unread).toEqual([]);
    second.dispose();
    second.dispose();
    expect(await peer.next()).toEqual({ type: 5, invocationId: '1' });
    peer.send(item('1', 2));
    await settled();
    expect(seen).toEqual([1]);
    expect(peer.unread).toEqual([]);
  });

  it('goes on when a subscriber throws', async () => {
    const { connection, peer } = await open().connected();
    let count = 0;
    const complete = new Promise<void>((resolve) => {
      connection.stream('count').subscribe({
        next() {
          count += 1;
          throw new Error('from the subscriber');
        },
        error() {},
        complete: resolve,
      });
    });
    peer.send(item('1', 1), item('1', 2), done('1'));
    await within(complete, 'the end');
    expect(count).toBe(2);
  });

  it('ends with an error when the connection does', async () => {
    const { connection, peer } = await open().connected();
    const read = collect(connection.stream('count'));
    const failure = rejectionOf(read);
    await peer.next();
    peer.close();
    expect(await failure).toMatchObject({ code: 'HUB_CLIENT_CONNECTION_LOST' });
  });

  it('is given up, here and on the server, when nobody reads it', async () => {
    const { connection, peer } = await open({ maximumStreamItems: 2 }).connected();
    const stream = connection.stream('flood');
    await peer.next();
    peer.send(item('1', 1), item('1', 2), item('1', 3), item('1', 4));
    expect(await peer.next()).toEqual({ type: 5, invocationId: '1' });
    await expect(collect(stream)).rejects.toMatchObject({ code: 'HUB_CLIENT_STREAM_OVERFLOW' });
  });
});
