import type { CloseReason, Connection, ConnectionReceiver, Frame, TransferFormat } from '../connection.ts';
import { ConnectionRequest, type RequestHead } from '../connection-request.ts';
import { TransportError } from '../errors.ts';
import { ReceiveQueue } from '../receive-queue.ts';
import type { ServerConnection } from '../server-connection.ts';

export interface ConnectionPairOptions {
  /** @default a new one, unique in this process */
  readonly connectionId?: string;
  /** @default ['Text', 'Binary'] */
  readonly transferFormats?: readonly TransferFormat[];
  /** Size of the frames the other end has not taken yet above which `send` returns `false`. @default 65536 */
  readonly sendBufferBytes?: number;
  /** @default false */
  readonly hasInherentKeepAlive?: boolean;
  /** The server end's `user`. @default undefined */
  readonly user?: unknown;
  /** Replaces parts of the server end's `request`. */
  readonly request?: Partial<RequestHead>;
  /** The server end's `isBare`. @default false */
  readonly isBare?: boolean;
}

export interface ConnectionPair {
  readonly client: Connection;
  readonly server: ServerConnection;
}

const connectionPairDefaults = {
  transferFormats: ['Text', 'Binary'],
  sendBufferBytes: 65_536,
  hasInherentKeepAlive: false,
} as const satisfies ConnectionPairOptions;

const defaultRequest: RequestHead = { method: 'GET', url: '/', headers: {}, remoteAddress: undefined };

let pairCount = 0;

/**
 * Two linked connections without sockets or timers, for tests and for a client and a server in one process. Frames
 * arrive as they were sent, by microtask.
 *
 * @example
 * const { client, server } = connectionPair();
 */
export function connectionPair(options: ConnectionPairOptions = {}): ConnectionPair {
  const { connectionId = `in-memory-${++pairCount}`, user, request, isBare = false } = options;
  const settings = { ...connectionPairDefaults, ...options, connectionId };
  const client = new InMemoryConnection(settings);
  const server = Object.assign(new InMemoryConnection(settings), {
    request: new ConnectionRequest({ ...defaultRequest, ...request }),
    user,
    isBare,
  });
  client.link(server);
  server.link(client);
  return { client, server };
}

type PairSettings = Required<Pick<ConnectionPairOptions, 'connectionId' | keyof typeof connectionPairDefaults>>;

/** What waits for an end to take it lies in that end's own receive queue. */
class InMemoryConnection implements Connection {
  readonly connectionId: string;
  readonly transport = 'InMemory';
  readonly transferFormats: readonly TransferFormat[];
  readonly hasInherentKeepAlive: boolean;
  readonly #sendBufferBytes: number;
  readonly #received = new ReceiveQueue(Infinity, () => this.#peer?.sendingDone());
  #peer: InMemoryConnection | undefined;
  #owesDrain = false;

  constructor(settings: PairSettings) {
    this.connectionId = settings.connectionId;
    this.transferFormats = settings.transferFormats;
    this.hasInherentKeepAlive = settings.hasInherentKeepAlive;
    this.#sendBufferBytes = settings.sendBufferBytes;
  }

  get bufferedBytes(): number {
    return this.#peer?.waitingBytes ?? 0;
  }

  get waitingBytes(): number {
    return this.#received.bytes;
  }

  link(peer: InMemoryConnection): void {
    this.#peer = peer;
  }

  start(receiver: ConnectionReceiver): void {
    this.#received.start(receiver);
  }

  send(frame: Frame): boolean {
    if (this.#received.hasEnded || this.#peer === undefined) return true;
    this.#peer.take(frame);
    if (this.bufferedBytes > this.#sendBufferBytes) this.#owesDrain = true;
    return !this.#owesDrain;
  }

  take(frame: Frame): void {
    this.#received.push(frame);
  }

  pause(): void {
    this.#received.pause();
  }

  resume(): void {
    this.#received.resume();
  }

  close(): void {
    this.#finish({ kind: 'local' }, (peer) => peer.peerClosed());
  }

  abort(error: TransportError): void {
    this.#finish({ kind: 'failed', error }, (peer) => peer.peerAborted());
  }

  sendingDone(): void {
    if (!this.#owesDrain) return;
    this.#owesDrain = false;
    this.#received.drain();
  }

  peerClosed(): void {
    this.#received.end({ kind: 'remote' });
  }

  peerAborted(): void {
    this.#finish({ kind: 'failed', error: new TransportError('TRANSPORT_FAILED') }, () => {});
  }

  #finish(reason: CloseReason, tellPeer: (peer: InMemoryConnection) => void): void {
    const peer = this.#peer;
    if (peer === undefined) return;
    this.#peer = undefined;
    tellPeer(peer);
    this.#received.cut(reason);
  }
}
