import { describe, expect, it } from 'vitest';
import { deferred } from './connection/deferred.ts';
import { AbortError, HubClientError, HubInvocationError } from './errors.ts';
import { collect } from './testing/collect.ts';
import { open } from './testing/open.ts';
import { rejectionOf } from './testing/rejection-of.ts';
import { settled } from './testing/manual-clock.ts';
import { ScriptedServer } from './testing/scripted-server.ts';
import { within } from './testing/within.ts';

describe('HubConnection', () => {
  describe('start', () => {
    it('shakes hands with the name of the protocol and version 1', async () => {
      const { connection, server } = open();
      const started = connection.start();
      expect(connection.state).toBe('Connecting');
      const peer = await server.peer();
      expect(await peer.handshake()).toEqual({ protocol: 'json', version: 1 });
      expect(connection.state).toBe('Connecting');
      peer.accept();
      await within(started, 'start');
      expect(connection.state).toBe('Connected');
      expect(connection.connectionId).toBe(peer.connectionId);
      await connection.stop();
      expect(connection.connectionId).toBeNull();
    });

    it.each(['connecting', 'connected'])('rejects while %s, and changes nothing', async (when) => {
      const { connection, server } = open();
      const started = connection.start();
      if (when === 'connected') {
        await server.accept();
        await within(started, 'start');
      }
      await expect(connection.start()).rejects.toThrow(
        "Cannot start a HubConnection that is not in the 'Disconnected' state.",
      );
      if (when === 'connecting') {
        await server.accept();
        await within(started, 'start');
      }
      expect(connection.state).toBe('Connected');
    });

    it('handles messages that share a frame with the answer to the handshake', async () => {
      const { connection, server } = open();
      const received: unknown[] = [];
      connection.on('welcome', (text: string) => received.push([text, connection.state]));
      const started = connection.start();
      const peer = await server.peer();
      await peer.handshake();
      peer.accept(
        { type: 1, target: 'Welcome', arguments: ['one'] },
        { type: 1, target: 'Welcome', arguments: ['two'] },
      );
      await within(started, 'start');
      expect(received).toEqual([
        ['one', 'Connected'],
        ['two', 'Connected'],
      ]);
    });

    it('takes an answer that comes in pieces', async () => {
      const { connection, server } = open();
      const started = connection.start();
      const peer = await server.peer();
      await peer.handshake();
      peer.raw('{');
      peer.raw('}\u001e{"type":6}\u001e{"ty');
      peer.raw('pe":1,"target":"late","arguments":[]}\u001e');
      let isCalled = false;
      connection.on('late', () => (isCalled = true));
      await within(started, 'start');
      await settled();
      expect(isCalled).toBe(true);
    });

    it('rejects with the error that the server answers with', async () => {
      const { connection, server } = open();
      const started = connection.start();
      const peer = await server.peer();
      peer.refuse('no such protocol');
      await expect(started).rejects.toThrow('Server returned handshake error: no such protocol');
      expect(connection.state).toBe('Disconnected');
      expect((await peer.closed()).kind).toBe('remote');
    });

    it('rejects with a typed error when the answer is nonsense', async () => {
      const { connection, server } = open();
      const started = connection.start();
      const peer = await server.peer();
      peer.raw('nonsense\u001e');
      await expect(started).rejects.toMatchObject({ code: 'HUB_CLIENT_INVALID_HANDSHAKE' });
      expect(connection.state).toBe('Disconnected');
    });

    it('rejects when the connection ends before the answer', async () => {
      const { connection, server } = open();
      const started = connection.start();
      const peer = await server.peer();
      peer.close();
      await expect(started).rejects.toThrow(
        'The underlying connection was closed before the hub handshake could complete.',
      );
    });

    it('rejects when no answer comes in time', async () => {
      const { clock, connection, server } = open();
      const started = connection.start();
      const failed = rejectionOf(started);
      await server.peer();
      await clock.advance(14_999);
      expect(connection.state).toBe('Connecting');
      await clock.advance(1);
      expect(await failed).toMatchObject({ code: 'HUB_CLIENT_HANDSHAKE_TIMEOUT' });
      expect(connection.state).toBe('Disconnected');
      expect(clock.pending).toBe(0);
    });

    it('rejects with what the factory rejects with, and can be tried again', async () => {
      const { connection, server } = open();
      const refusal = new Error('no route');
      server.refuseNext(refusal);
      await expect(connection.start()).rejects.toBe(refusal);
      const started = connection.start();
      await server.accept();
      await within(started, 'second start');
      expect(connection.state).toBe('Connected');
    });
  });

  describe('stop', () => {
    it('says goodbye and calls onclose without an error', async () => {
      const { connection, peer } = await open().connected();
      const closed: unknown[] = [];
      connection.onclose((error) => closed.push([error, connection.state]));
      const stopped = connection.stop();
      expect(connection.state).toBe('Disconnecting');
      await within(stopped, 'stop');
      expect(connection.state).toBe('Disconnected');
      expect(closed).toEqual([[undefined, 'Disconnected']]);
      expect(await peer.next()).toEqual({ type: 7 });
      expect((await peer.closed()).kind).toBe('remote');
    });

    it('does nothing while disconnected', async () => {
      const { connection } = open();
      await within(connection.stop(), 'stop');
      expect(connection.state).toBe('Disconnected');
    });

    it('called twice ends once', async () => {
      const { connection } = await open().connected();
      let closed = 0;
      connection.onclose(() => (closed += 1));
      await within(Promise.all([connection.stop(), connection.stop()]), 'both stops');
      await connection.stop();
      expect(closed).toBe(1);
    });

    it('gives up a start that still connects', async () => {
      const { connection, server } = open({ connect: () => new Promise(() => {}) });
      let closed = 0;
      connection.onclose(() => (closed += 1));
      const started = connection.start();
      const failed = rejectionOf(started);
      await within(connection.stop(), 'stop');
      expect(await failed).toBeInstanceOf(AbortError);
      expect(connection.state).toBe('Disconnected');
      expect(closed).toBe(0);
      expect(server.attempts).toBe(0);
    });

    it('gives up a start that waits for the handshake, and closes its connection', async () => {
      const { clock, connection, server } = open();
      const started = connection.start();
      const failed = rejectionOf(started);
      const peer = await server.peer();
      await peer.handshake();
      await within(connection.stop(), 'stop');
      expect(await failed).toMatchObject({
        message: 'The connection was stopped before the hub handshake could complete.',
      });
      expect((await peer.closed()).kind).toBe('remote');
      expect(clock.pending).toBe(0);
    });

    it('closes a connection that a deaf factory gives too late', async () => {
      const server = new ScriptedServer();
      const release = deferred<void>();
      const { connection } = open({
        connect: async (format) => {
          await release.promise;
          return server.connect(format, new AbortController().signal);
        },
      });
      const failed = rejectionOf(connection.start());
      await within(connection.stop(), 'stop');
      expect(await failed).toBeInstanceOf(AbortError);
      release.resolve();
      const peer = await server.peer();
      expect((await peer.closed()).kind).toBe('remote');
    });

    it('can be followed by a start from onclose', async () => {
      const { connection, server } = await open().connected();
      let restarted: Promise<void> | undefined;
      connection.onclose(() => (restarted = connection.start()));
      await within(connection.stop(), 'stop');
      await server.accept();
      await within(restarted!, 'second start');
      expect(connection.state).toBe('Connected');
    });

    it('rejects the calls that wait', async () => {
      const { connection, peer } = await open().connected();
      const call = connection.invoke('slow');
      await peer.next();
      await connection.stop();
      await expect(call).rejects.toThrow('Invocation canceled due to the underlying connection being closed.');
    });

    it('is what `await using` does at the end of its block', async () => {
      const { connection } = await open().connected();
      await connection[Symbol.asyncDispose]();
      expect(connection.state).toBe('Disconnected');
    });

    it('cuts a connection that does not end', async () => {
      const { clock, connection } = await open({
        wrap: (inner) => Object.assign(inner, { close: () => {} }),
      }).connected();
      const stopped = connection.stop();
      await clock.advance(5_000);
      await within(stopped, 'stop');
      expect(connection.state).toBe('Disconnected');
    });
  });

  describe('the end from the other side', () => {
    it('calls onclose with the error of a close message', async () => {
      const { connection, peer } = await open().connected();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      const call = connection.invoke('slow');
      peer.send({ type: 7, error: 'maintenance' });
      const text = 'Server returned an error on close: maintenance';
      expect((await within(closed, 'onclose'))?.message).toBe(text);
      await expect(call).rejects.toThrow(text);
      expect(connection.state).toBe('Disconnected');
    });

    it('calls onclose without an error after a close message without one', async () => {
      const { connection, peer } = await open().connected();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      peer.send({ type: 7 });
      expect(await within(closed, 'onclose')).toBeUndefined();
    });

    it('calls onclose with the error of a connection that broke', async () => {
      const { connection, peer } = await open().connected();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      peer.cut();
      expect(await within(closed, 'onclose')).toMatchObject({ code: 'TRANSPORT_FAILED' });
    });

    it('closes with a typed error when a message is malformed', async () => {
      const { connection, peer } = await open().connected();
      const closed = new Promise<Error | undefined>((resolve) => connection.onclose(resolve));
      peer.raw('{"type":1}\u001e');
      expect(await within(closed, 'onclose')).toMatchObject({ code: 'PROTOCOL_INVALID_MESSAGE' });
      expect((await peer.closed()).kind).toBe('remote');
    });

    it('ignores messages of unknown types, and what only servers understand', async () => {
      const { connection, peer } = await open().connected();
      peer.raw('{"type":99}\u001e{"type":8,"sequenceId":1}\u001e{"type":5,"invocationId":"x"}\u001e');
      peer.send({ type: 3, invocationId: 'unknown', outcome: { kind: 'void' } });
      peer.send({ type: 2, invocationId: 'unknown', item: 1 });
      await settled();
      expect(connection.state).toBe('Connected');
    });

    it('goes on after a callback threw', async () => {
      const { connection, peer } = await open().connected();
      const order: string[] = [];
      connection.onclose(() => {
        order.push('first');
        throw new Error('from the callback');
      });
      const closed = new Promise<void>((resolve) => connection.onclose(() => resolve()));
      peer.close();
      await within(closed, 'second onclose');
      expect(order).toEqual(['first']);
    });
  });

  describe('calls while there is no connection', () => {
    it('reject, streams included', async () => {
      const { connection } = open();
      const text = "Cannot send data if the connection is not in the 'Connected' State.";
      await expect(connection.invoke('x')).rejects.toThrow(text);
      await expect(connection.send('x')).rejects.toThrow(text);
      await expect(collect(connection.stream('x'))).rejects.toThrow(text);
    });
  });

  it('tells its url, and changes it only between connections', async () => {
    const { connection } = await open().connected();
    expect(() => (connection.baseUrl = '/other')).toThrow(HubClientError);
    await connection.stop();
    connection.baseUrl = '/other';
    expect(connection.baseUrl).toBe('/other');
    expect(() => (connection.baseUrl = '')).toThrow('The HubConnection url must be a valid url.');
  });

  it('gives its errors codes that stay', () => {
    const error = new HubInvocationError('as the server said');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'HUB_CLIENT_INVOCATION_FAILED', message: 'as the server said' });
  });
});
