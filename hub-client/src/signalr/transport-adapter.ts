import { TransportError } from '@hubwire/transports';
import { PostingConnection, type ClientTransport, type TransportName } from '@hubwire/transports/client';
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

/** Takes the place of the transport `name` that the server offers. */
export function adaptTransport(name: TransportName, transport: ITransport): ClientTransport {
  return {
    name,
    transferFormats: ['Text', 'Binary'],
    async connect(request) {
      const connection = new PostingConnection(this, request, {
        post: (body) => transport.send(typeof body === 'string' ? body : body.slice().buffer),
        leave: () => transport.stop(),
      });
      transport.onreceive = (data) => connection.received(typeof data === 'string' ? data : new Uint8Array(data));
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport is no event target
      transport.onclose = (error) => {
        if (error === undefined) connection.ended();
        else connection.failed(new TransportError('TRANSPORT_FAILED', error.message, { cause: error }));
      };
      await transport.connect(request.url, TransferFormat[request.transferFormat]);
      return connection;
    },
  };
}
