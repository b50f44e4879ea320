import { describe, expect, it } from 'vitest';
import type { CloseReason, Connection, Frame } from '../connection.ts';
import { TransportError } from '../errors.ts';
import { connectionPair } from './connection-pair.ts';
import { InMemoryListener } from './in-memory-listener.ts';

function record(connection: Connection) {
  const log: (Frame | CloseReason)[] = [];
  connection.start({
    onFrame: (frame) => void log.push(frame),
    onDrain: () => void log.push('drained'),
    onClose: (reason) => void log.push(reason),
  });
  return log;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('connectionPair', () => {
  it('delivers what was sent before the receiver started', async () => {
    const { client, server } = connectionPair();
    client.send('early');
    const log = record(server);
    expect(log).toEqual([]);
    await settled();
    expect(log).toEqual(['early']);
  });

  it('holds the sender back above the high-water mark and drains once', async () => {
    const { client, server } = connectionPair({ sendBufferBytes: 4 });
    const clientLog = record(client);
    expect(client.send('1234')).toBe(true);
    expect(client.send('5')).toBe(false);
    expect(client.bufferedBytes).toBe(5);
    record(server);
    await settled();
    expect(clientLog).toEqual(['drained']);
    expect(client.bufferedBytes).toBe(0);
    expect(client.send('6')).toBe(true);
  });

  it('gives held frames before the end of a connection that was closed while the other end was paused', async () => {
    const { client, server } = connectionPair();
    const log = record(server);
    server.pause();
    client.send('last');
    client.close();
    await settled();
    expect(log).toEqual([]);
    server.resume();
    await settled();
    expect(log).toEqual(['last', { kind: 'remote' }]);
  });

  it('tells both ends of an abort and drops what was on its way', async () => {
    const { client, server } = connectionPair();
    const [clientLog, serverLog] = [record(client), record(server)];
    client.send('lost');
    const error = new TransportError('TRANSPORT_ABORTED');
    client.abort(error);
    await settled();
    expect(clientLog).toEqual([{ kind: 'failed', error }]);
    expect(serverLog).toMatchObject([{ kind: 'failed', error: { code: 'TRANSPORT_FAILED' } }]);
  });

  it('refuses to be started twice', () => {
    const { client } = connectionPair();
    record(client);
    expect(() => record(client)).toThrow('only once');
  });
});

describe('InMemoryListener', () => {
  it('hands the server end to its owner, with the options of the pair', async () => {
    const accepted: unknown[] = [];
    const listener = new InMemoryListener((connection) => accepted.push(connection.user), { user: 'ada' });
    const client = await listener.connect('Text', new AbortController().signal);
    expect(client.transport).toBe('InMemory');
    expect(accepted).toEqual(['ada']);
  });

  it('refuses a format that its pairs do not carry', async () => {
    const accepted: unknown[] = [];
    const listener = new InMemoryListener((connection) => accepted.push(connection), { transferFormats: ['Text'] });
    const { signal } = new AbortController();
    await expect(listener.connect('Binary', signal)).rejects.toMatchObject({ code: 'TRANSPORT_LEFT_OUT' });
    expect(accepted).toEqual([]);
  });

  it('refuses connections once closed or when the signal is aborted', async () => {
    const listener = new InMemoryListener(() => {});
    await expect(listener.connect('Text', AbortSignal.abort(new Error('not now')))).rejects.toThrow('not now');
    listener.close();
    await expect(listener.connect('Text', new AbortController().signal)).rejects.toMatchObject({
      code: 'TRANSPORT_CLOSED',
    });
  });
});
