import { nullLogger, type Connection, type Frame } from '@hubwire/transports';
import { httpConnectionDefaults, type ConnectRequest } from '@hubwire/transports/client';
import { describe, expect, it } from 'vitest';
import { settled } from '../testing/manual-clock.ts';
import { rejectionOf } from '../testing/rejection-of.ts';
import { toHttpConnectionOptions } from './http-options.ts';
import { adaptTransport, type ITransport } from './transport-adapter.ts';

class RecordingTransport implements ITransport {
  readonly log: unknown[] = [];
  onreceive: ((data: string | ArrayBuffer) => void) | null = null;
  onclose: ((error?: Error) => void) | null = null;
  sending = Promise.resolve();

  async connect(url: string, transferFormat: number): Promise<void> {
    this.log.push(['connect', url, transferFormat]);
  }

  async send(data: string | ArrayBuffer): Promise<void> {
    this.log.push(['send', data]);
    await this.sending;
  }

  async stop(): Promise<void> {
    this.log.push('stop');
  }
}

const request = {
  url: 'http://localhost/hub?id=1',
  connectionId: 'public',
  transferFormat: 'Text',
  settings: httpConnectionDefaults,
} as unknown as ConnectRequest;

function record(connection: Connection) {
  const log: unknown[] = [];
  connection.start({
    onFrame: (frame: Frame) => void log.push(frame),
    onDrain: () => {},
    onClose: (reason) => void log.push(reason),
  });
  return log;
}

async function connected() {
  const transport = new RecordingTransport();
  const connection = await adaptTransport('WebSockets', transport).connect(request);
  return { transport, connection, log: record(connection) };
}

describe('a transport of @microsoft/signalr', () => {
  it('carries frames both ways', async () => {
    const { transport, connection, log } = await connected();
    expect(connection.connectionId).toBe('public');
    connection.send('out');
    transport.onreceive?.('in');
    transport.onreceive?.(new Uint8Array([1]).buffer);
    await settled();
    expect(transport.log).toEqual([
      ['connect', request.url, 1],
      ['send', 'out'],
    ]);
    expect(log).toEqual(['in', new Uint8Array([1])]);
  });

  it('sends one frame at a time', async () => {
    const { transport, connection } = await connected();
    let done = (): void => {};
    transport.sending = new Promise((resolve) => (done = resolve));
    connection.send('first');
    await settled();
    connection.send('second');
    await settled();
    expect(transport.log).toHaveLength(2);
    done();
    await settled();
    expect(transport.log.slice(1)).toEqual([
      ['send', 'first'],
      ['send', 'second'],
    ]);
  });

  it('is stopped when the connection is closed', async () => {
    const { transport, connection, log } = await connected();
    connection.close();
    await settled();
    expect(transport.log.at(-1)).toBe('stop');
    expect(log).toEqual([{ kind: 'local' }]);
  });

  it('ends the connection, with its error or without', async () => {
    const orderly = await connected();
    orderly.transport.onclose?.();
    const broken = await connected();
    broken.transport.onclose?.(new Error('gone'));
    await settled();
    expect(orderly.log).toEqual([{ kind: 'remote' }]);
    expect(broken.log).toEqual([{ kind: 'failed', error: expect.objectContaining({ code: 'TRANSPORT_FAILED' }) }]);
  });

  it('ends the connection when it cannot send', async () => {
    const { transport, connection, log } = await connected();
    transport.sending = Promise.reject(new Error('full'));
    connection.send('x');
    await settled();
    expect(log).toMatchObject([{ kind: 'failed' }]);
  });

  it('takes the place of whatever the server offers', async () => {
    const transport = new RecordingTransport();
    const { transports } = toHttpConnectionOptions({ transport }, nullLogger);
    expect(transports?.map((one) => (typeof one === 'string' ? one : one.name))).toEqual([
      'WebSockets',
      'ServerSentEvents',
      'LongPolling',
    ]);
    const [first] = transports ?? [];
    if (typeof first !== 'object') throw new Error('The transport is not the adapter.');
    await first.connect(request);
    expect(transport.log).toEqual([['connect', request.url, 1]]);
    transport.connect = () => Promise.reject(new Error('no'));
    expect(await rejectionOf(first.connect(request))).toMatchObject({ message: 'no' });
  });
});
