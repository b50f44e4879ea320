import type { TransportError } from './errors.ts';

/** What a connection carries: text or bytes, opaque to it. */
export type Frame = string | Uint8Array;

/** The two kinds of frame, in the words of the negotiate answer: `Text` frames are strings, `Binary` ones bytes. */
export type TransferFormat = 'Text' | 'Binary';

/** How a connection ended, seen from one end. */
export type CloseReason =
  /** This end called `close()`. */
  | { readonly kind: 'local' }
  /** The other end closed in an orderly way. */
  | { readonly kind: 'remote' }
  /** It broke, timed out, or this end called `abort(error)`. */
  | { readonly kind: 'failed'; readonly error: TransportError };

/** What the other end may be told about why this one closes. Transports that have no way to say it do not. */
export interface CloseHint {
  /** This end goes away and the other may come back: WebSockets close with 1001 in place of 1000. @default false */
  readonly goingAway?: boolean;
}

/**
 * What the owner of a connection is told. The connection calls these one at a time, never from inside `send`, `close`
 * or `abort`, and never after `onClose`. They MUST NOT throw.
 */
export interface ConnectionReceiver {
  /** The next frame, in the order in which the other end sent it. */
  onFrame(frame: Frame): void;
  /** `bufferedBytes` fell to zero after `send` had returned `false`. */
  onDrain(): void;
  /** The other end is alive: it answered `ping`, or did something else below the frames that shows it. */
  onAlive?(): void;
  /** The end; called exactly once. Frames that the other end sent before an orderly close come before it. */
  onClose(reason: CloseReason): void;
}

/**
 * Moves frames both ways, in order, and knows nothing of what they mean. Client and server halves of every transport
 * give one of these; `defineTransportConformance` from `./testing` says what it has to keep.
 *
 * What arrives is what was sent, in order, as one stream of characters (Text) or bytes (Binary). Where one frame ends
 * and the next begins is kept by the transports `WebSockets` and `InMemory` only: the others MAY join frames that
 * follow each other, and MAY split one. Hence what frames carry MUST delimit itself, and an empty frame MAY vanish.
 * Text MUST be well-formed UTF-16. A frame belongs to the connection once sent: bytes MUST NOT be changed afterwards.
 */
export interface Connection {
  /** Public identifier: unique, not a secret. */
  readonly connectionId: string;
  /** The transport's name: `WebSockets`, `ServerSentEvents`, `LongPolling`, `InMemory`, or a user's own. */
  readonly transport: string;
  /** What it can carry. `send` takes only these; a text frame may arrive as its UTF-8 bytes (a POST body does). */
  readonly transferFormats: readonly TransferFormat[];
  /** `true` when the transport itself notices a dead peer (long polling), so that silence is no sign of death. */
  readonly hasInherentKeepAlive: boolean;
  /** Bytes given to `send` that the transport has not passed on yet. */
  readonly bufferedBytes: number;

  /** Starts delivery; frames that came earlier are delivered first. MUST be called exactly once. */
  start(receiver: ConnectionReceiver): void;

  /**
   * Queues a frame, never blocking. `false` says that the transport's buffer is filling: `onDrain` will follow.
   * After the end it does nothing and returns `true`.
   */
  send(frame: Frame): boolean;

  /** Stops delivery of frames (the peer is held back where the transport can) until `resume`. */
  pause(): void;
  resume(): void;

  /**
   * Asks the other end for a sign of life, below the frames: `onAlive` follows when there is one. `false` when it cannot
   * ask, at present or at all; absent where the transport never can. While this end is paused the answer may wait.
   */
  ping?(): boolean;

  /** Sends what is queued, then ends in an orderly way. Later calls do nothing. */
  close(hint?: CloseHint): void;

  /** Ends at once, dropping what is queued; `onClose` gets `{ kind: 'failed', error }`. */
  abort(error: TransportError): void;
}

/** A transport that did not do, and why. */
export interface FailedTransport {
  readonly transport: string;
  readonly error: Error;
}

/**
 * Opens a client connection able to carry `transferFormat`; rejects with a `TransportError`, or when `signal` aborts.
 *
 * A transport can connect and still be of no use: a proxy that buffers event streams lets them open and then passes
 * nothing on. Whoever finds that out calls again with that transport added to `failed`; a factory that can choose
 * leaves those out, and when nothing remains its `TRANSPORT_NO_TRANSPORT` error gives their reasons too. A factory
 * that cannot choose may ignore `failed`, so the caller MUST stop when a transport comes back that it has rejected.
 */
export type ConnectionFactory = (
  transferFormat: TransferFormat,
  signal: AbortSignal,
  failed?: readonly FailedTransport[],
) => Promise<Connection>;
