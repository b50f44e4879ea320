import type { CloseReason, Connection, ConnectionReceiver, Frame } from '@hubwire/transports';
import {
  HandshakeReader,
  parseHandshakeResponse,
  writeHandshakeRequest,
  type HandshakeResponse,
  type HubProtocol,
  type Payload,
} from '@hubwire/hub-protocol';
import { AbortError, HubClientError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import { withLimits } from './limits.ts';

export interface HandshakeOptions {
  readonly protocol: HubProtocol;
  readonly handshakeTimeoutMs: number;
  readonly clock: Clock;
}

/** Gives a connection whose handshake is over to its owner, with whatever came behind the server's answer. */
export type HandOver = (owner: ConnectionReceiver) => void;

/** The only hub protocol version without stateful reconnect. HubProtocol.md, "HandshakeRequest". */
const version = 1;
const maximumAnswerBytes = 65_536;

/**
 * Starts the connection and shakes hands. Rejects, with the connection closed, when the server refuses, answers
 * nonsense or not in time (`TimeoutError`), when the connection ends, or with the reason of `signal`.
 */
export async function exchangeHandshake(
  connection: Connection,
  { clock, handshakeTimeoutMs, protocol }: HandshakeOptions,
  signal: AbortSignal,
): Promise<HandOver> {
  try {
    const { name, transferFormat } = protocol;
    const relay = new Relay(connection);
    connection.send(writeHandshakeRequest({ protocol: name, version }, transferFormat));
    const { error } = await withLimits({ clock, signal, timeoutMs: handshakeTimeoutMs }, relay.answer);
    if (error !== undefined) throw new HubClientError('HUB_CLIENT_HANDSHAKE_REFUSED', error);
    return (owner) => relay.handOver(owner);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Reads the answer, holds back what follows it, and passes everything on once there is an owner. */
class Relay implements ConnectionReceiver {
  readonly #connection: Connection;
  readonly #reader = new HandshakeReader(maximumAnswerBytes);
  readonly #answer = deferred<HandshakeResponse>();
  #owner: ConnectionReceiver | undefined;
  #rest: Payload | undefined;
  #end: CloseReason | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.start(this);
  }

  get answer(): Promise<HandshakeResponse> {
    return this.#answer.promise;
  }

  onFrame(frame: Frame): void {
    if (this.#owner !== undefined) {
      this.#owner.onFrame(frame);
      return;
    }
    try {
      const progress = this.#reader.read(frame);
      if (progress.kind === 'incomplete') return;
      this.#answer.resolve(parseHandshakeResponse(progress.record));
      this.#rest = progress.rest;
      // The owner takes over in a later microtask; nothing may arrive in between.
      this.#connection.pause();
    } catch (cause) {
      this.#answer.reject(new HubClientError('HUB_CLIENT_INVALID_HANDSHAKE', String(cause), { cause }));
    }
  }

  onDrain(): void {
    this.#owner?.onDrain();
  }

  onClose(reason: CloseReason): void {
    this.#end = reason;
    this.#owner?.onClose(reason);
    this.#answer.reject(
      reason.kind === 'failed'
        ? reason.error
        : new AbortError('The underlying connection was closed before the hub handshake could complete.'),
    );
  }

  handOver(owner: ConnectionReceiver): void {
    this.#owner = owner;
    if (this.#rest !== undefined) owner.onFrame(this.#rest);
    if (this.#end !== undefined) owner.onClose(this.#end);
    else this.#connection.resume();
  }
}
