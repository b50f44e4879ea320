import type { CarriedConnection, Exchange, ServerTransport } from './server-transport.ts';

/** Fragments of one message: far above what any client makes, far below what would hurt. */
export const maximumFragments = 1_024;
const fewestPieces = 1_024;
const smallestAveragePieceBytes = 128;

/** Pieces that one frame may arrive in: each costs work, and with `ws` hundreds of bytes, however small it is. */
export function maximumPieces(maximumFrameBytes: number): number {
  return Math.max(fewestPieces, Math.ceil(maximumFrameBytes / smallestAveragePieceBytes));
}

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
