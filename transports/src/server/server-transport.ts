import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CloseHint, Frame, TransferFormat } from '../connection.ts';
import type { TransportError } from '../errors.ts';

/** A plain HTTP request and its response. */
export interface RequestExchange {
  readonly kind: 'request';
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An HTTP upgrade: the bare socket and the first bytes after the request. */
export interface UpgradeExchange {
  readonly kind: 'upgrade';
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What the client opens, or continues, a connection with. */
export type Exchange = RequestExchange | UpgradeExchange;

/**
 * The server half of a transport. The endpoint checks the request (origin, user, state of the connection) and then hands
 * it to the first transport that accepts it; `run` attaches a `Carrier` to the connection.
 */
export interface ServerTransport {
  /** As it stands in the negotiate answer. */
  readonly name: string;
  readonly transferFormats: readonly TransferFormat[];
  /** `true` when the transport itself notices a dead peer. */
  readonly hasInherentKeepAlive: boolean;
  /** `true` when the client's frames come by POST, because an exchange only carries those of the server. */
  readonly receivesByPost: boolean;
  /** `true` when the client ends the connection by DELETE. */
  readonly endsByDelete: boolean;
  /** Whether the exchange speaks this transport. MUST NOT touch it. */
  accepts(exchange: Exchange): boolean;
  /**
   * Takes the exchange over: MUST either attach a carrier or end the exchange. `open` gives the connection: the one
   * that was asked for, or a new one. It MUST be called at most once, when the carrier can send.
   */
  run(exchange: Exchange, open: () => CarriedConnection): void | Promise<void>;
}

/** How a carrier ended. */
export type CarrierEnd =
  /** The connection's own `close` is done. */
  | { readonly kind: 'local' }
  /** The client ended the connection in an orderly way. */
  | { readonly kind: 'remote' }
  | { readonly kind: 'failed'; readonly error: TransportError }
  /** Only the exchange ended: the client will open another. `unsent` are the frames that it does not have. */
  | { readonly kind: 'detached'; readonly unsent: readonly Frame[] };

/** A connection as the transport under it sees it. */
export interface CarriedConnection {
  readonly connectionId: string;
  /** From now on frames leave by `carrier`; those that waited are given to it before this returns. */
  attach(carrier: Carrier): void;
  /** A frame from the client. `taken` is called when it no longer waits here. */
  receive(frame: Frame, taken?: () => void): void;
  /** `bufferedBytes` of the carrier fell to zero after its `send` had returned `false`. */
  drained(): void;
  /** The client answered a `ping`, or sent one of its own. */
  alive(): void;
  /** The carrier is over; called once, and nothing may be called on the connection for this carrier after it. */
  ended(carrier: Carrier, end: CarrierEnd): void;
}

/** What an exchange carries the server's frames with. */
export interface Carrier {
  /** Bytes given to `send` that have not been handed to the operating system. */
  readonly bufferedBytes: number;
  /** Any value that changes whenever bytes leave; only looked at while some are buffered. */
  readonly progress: number;
  /** Never blocks; `false` says that the buffer is filling and that `drained` will follow. */
  send(frame: Frame): boolean;
  /** Sends what it was given, then ends in an orderly way and says so by `ended`. */
  close(hint?: CloseHint): void;
  /** Ends at once. MUST leave no response or socket open; `ended` need not be called. */
  terminate(): void;
  /** Holds the client back, where the transport can. */
  pause?(): void;
  resume?(): void;
  /** Asks the client for a sign of life; `alive` says that it came. Absent: the transport cannot. */
  ping?(): void;
  /** Makes room for a newer exchange: MUST call `ended` with `detached` before it returns. Absent: there is one only. */
  supersede?(): void;
  /** Called about once a second with the time of the endpoint's clock. */
  tick?(nowMs: number): void;
}
