import { TransportError, type Connection, type Frame } from '@hubwire/transports';
import type { ConnectRequest } from '@hubwire/transports/client';
import { connectionPair } from '@hubwire/transports/in-memory';
import { TransferFormat } from './transfer-format.ts';

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

/** Frames go through a pair in memory, which keeps what connections promise and the transport does not. */
export async function connectThrough(transport: ITransport, request: ConnectRequest): Promise<Connection> {
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
