import { Socket } from 'node:net';
import { answerUpgradeRejection, HttpRejection } from '../http-rejection.ts';
import type { ResolvedConnectionEndpointOptions } from '../connection-endpoint-options.ts';
import type { CarriedConnection, Exchange, UpgradeExchange } from '../server-transport.ts';
import { WebSocketServerTransport } from '../web-socket-server-transport.ts';
import { FrameCarrier, type FrameCarrierSetting } from './frame-carrier.ts';
import { FrameWriter } from './frame-writer.ts';
import { answerOpening } from './opening-handshake.ts';

type DirectWebSocketOptions = Pick<ResolvedConnectionEndpointOptions, 'maximumFrameBytes' | 'sendBufferBytes'>;

/** WebSockets read and written on the socket itself, with nothing in between. It does not compress. */
export class DirectWebSocketTransport extends WebSocketServerTransport {
  readonly #setting: FrameCarrierSetting;

  constructor({ maximumFrameBytes, sendBufferBytes }: DirectWebSocketOptions) {
    super();
    this.#setting = { writer: new FrameWriter(), maximumFrameBytes, sendBufferBytes };
  }

  run(exchange: Exchange, open: () => CarriedConnection): void {
    if (exchange.kind !== 'upgrade') return;
    try {
      this.#open(exchange, answerOpening(exchange.request), open);
    } catch (error) {
      if (!(error instanceof HttpRejection)) throw error;
      answerUpgradeRejection(exchange.socket, error);
    }
  }

  #open({ socket, head }: UpgradeExchange, answer: string, open: () => CarriedConnection): void {
    // The client left while the request was being decided about.
    if (!socket.readable || !socket.writable) {
      socket.destroy();
      return;
    }
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay();
    socket.write(answer, 'latin1');
    if (head.length > 0) socket.unshift(head);
    const connection = open();
    connection.attach(new FrameCarrier(socket, connection, this.#setting));
  }
}
