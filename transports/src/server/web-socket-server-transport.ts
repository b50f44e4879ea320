import type { CarriedConnection, Exchange, ServerTransport } from './server-transport.ts';

/** Fragments of one message: far above what any client makes, far below what would hurt. */
export const maximumFragments = 1_024;

/** What the endpoint is told about WebSockets, whatever reads and writes them. */
export abstract class WebSocketServerTransport implements ServerTransport {
  readonly name = 'WebSockets';
  readonly transferFormats = ['Text', 'Binary'] as const;
  readonly hasInherentKeepAlive = false;
  readonly receivesByPost = false;
  readonly endsByDelete = false;

  accepts({ kind, request }: Exchange): boolean {
    return kind === 'upgrade' && request.headers.upgrade?.toLowerCase() === 'websocket';
  }

  abstract run(exchange: Exchange, open: () => CarriedConnection): void;
}
