import { TransportError, type Connection, type Frame } from '@hubwire/transports';
import type { ClientTransport, ConnectRequest, TransportName } from '@hubwire/transports/client';
import { connectionPair } from '@hubwire/transports/in-memory';

/** The two kinds of frame in the numbers of `@microsoft/signalr`. */
export const TransferFormat = { Text: 1, Binary: 2 } as const;

export type TransferFormat = (typeof TransferFormat)[keyof typeof TransferFormat];

/** A transport as `@microsoft/signalr` takes it. */
export interface ITransport {
  connect(url: string, transferFormat: TransferFormat): Promise<void>;
  // Text or bytes; implementations declare narrower types of their own.
  // oxlint-disable-next-line typescript/no-explicit-any
  send(data: any): Promise<void>;
  stop(): Promise<void>;
  onreceive: ((data: string | ArrayBuffer) => void) | null;
  onclose: ((error?: Error) => void) | null;
}

export function isTransport(value: unknown): value is ITransport {
  return typeof value === 'object' && value !== null && 'connect' in value;
}

const names: readonly TransportName[] = ['WebSockets', 'ServerSentEvents', 'LongPolling'];

/** Takes the place of whatever the server offers. */
export function transportsFrom(transport: ITransport): readonly ClientTransport[] {
  return names.map((name) => ({
    name,
    transferFormats: ['Text', 'Binary'],
    connect: (request) => connectThrough(transport, request),
  }));
}

/** Frames go through a pair in memory, which keeps what connections promise and the transport does not. */
async function connectThrough(transport: ITransport, request: ConnectRequest): Promise<Connection> {
  const { connectionId, transferFormat, url } = request;
  const { client, server } = connectionPair({ connectionId });
  transport.onreceive = (data) => void server.send(typeof data === 'string' ? data : new Uint8Array(data));
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport is no event target
  transport.onclose = (error) => {
    if (error === undefined) server.close();
    else server.abort(new TransportError('TRANSPORT_FAILED', error.message, { cause: error }));
  };
  await transport.connect(url, TransferFormat[transferFormat]);
  server.start({
    onFrame: (frame) => void sendThrough(transport, server, frame),
    onDrain() {},
    onClose: () => void transport.stop().catch(() => {}),
  });
  return client;
}

/** One frame at a time: the next one waits in the pair. */
async function sendThrough(transport: ITransport, server: Connection, frame: Frame): Promise<void> {
  server.pause();
  try {
    await transport.send(typeof frame === 'string' ? frame : frame.slice().buffer);
    server.resume();
  } catch (cause) {
    server.abort(new TransportError('TRANSPORT_FAILED', String(cause), { cause }));
  }
}
