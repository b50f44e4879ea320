import type { CloseReason, Connection, ConnectionReceiver, Frame } from '@hubwire/transports';
import {
  HandshakeReader,
  parseHandshakeResponse,
  writeHandshakeRequest,
  type HubProtocol,
  type Payload,
} from '@hubwire/hub-protocol';
import type { Clock } from './clock.ts';
import { AbortError, HubClientError } from '../errors.ts';

export interface HandshakeOptions {
  readonly protocol: HubProtocol;
  readonly handshakeTimeoutMs: number;
  readonly clock: Clock;
}

/** Gives a connection whose handshake is over to its owner, with whatever came behind the server's answer. */
export type HandOver = (owner: ConnectionReceiver) => void;

/** The only hub protocol version without stateful reconnect. HubProtocol.md, "HandshakeRequest". */
const protocolVersion = 1;
const maximumAnswerBytes = 65_536;

type State =
  | {
      readonly name: 'waiting';
      readonly resolve: (handOver: HandOver) => void;
      readonly reject: (error: Error) => void;
    }
  | { readonly name: 'answered'; readonly rest: Payload | undefined; readonly end: CloseReason | undefined }
  | { readonly name: 'handed over'; readonly owner: ConnectionReceiver }
  | { readonly name: 'failed' };

/**
 * Starts the connection and shakes hands. Rejects, with the connection closed, when the server refuses, answers
 * nonsense or not in time, when the connection ends, or with the reason of `signal`.
 */
export function exchangeHandshake(
  connection: Connection,
  options: HandshakeOptions,
  signal: AbortSignal,
): Promise<HandOver> {
  return new Promise<HandOver>((resolve, reject) => {
    const onAbort = (): void => exchange.fail(signal.reason);
    const settle = (): void => {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
    };
    const exchange = new HandshakeExchange(connection, {
      resolve: (handOver) => {
        settle();
        resolve(handOver);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    });
    const cancelTimeout = options.clock.schedule(
      () => exchange.fail(new HubClientError('HUB_CLIENT_HANDSHAKE_TIMEOUT')),
      options.handshakeTimeoutMs,
    );
    signal.addEventListener('abort', onAbort);
    connection.start(exchange);
    const { name, transferFormat } = options.protocol;
    connection.send(writeHandshakeRequest({ protocol: name, version: protocolVersion }, transferFormat));
    if (signal.aborted) onAbort();
  });
}

/** The receiver of a connection until its owner takes over. */
class HandshakeExchange implements ConnectionReceiver {
  readonly #connection: Connection;
  readonly #reader = new HandshakeReader(maximumAnswerBytes);
  #state: State;

  constructor(connection: Connection, settle: Omit<State & { name: 'waiting' }, 'name'>) {
    this.#connection = connection;
    this.#state = { name: 'waiting', ...settle };
  }

  onFrame(frame: Frame): void {
    if (this.#state.name === 'handed over') this.#state.owner.onFrame(frame);
    if (this.#state.name !== 'waiting') return;
    try {
      const progress = this.#reader.read(frame);
      if (progress.kind === 'complete') this.#answer(progress.record, progress.rest);
    } catch (cause) {
      this.fail(new HubClientError('HUB_CLIENT_INVALID_HANDSHAKE', String(cause), { cause }));
    }
  }

  onDrain(): void {
    if (this.#state.name === 'handed over') this.#state.owner.onDrain();
  }

  onClose(reason: CloseReason): void {
    if (this.#state.name === 'handed over') this.#state.owner.onClose(reason);
    else if (this.#state.name === 'answered') this.#state = { ...this.#state, end: reason };
    else this.fail(endedEarly(reason));
  }

  fail(error: Error): void {
    if (this.#state.name !== 'waiting') return;
    const { reject } = this.#state;
    this.#state = { name: 'failed' };
    this.#connection.close();
    reject(error);
  }

  #answer(record: string, rest: Payload | undefined): void {
    if (this.#state.name !== 'waiting') return;
    const { error } = parseHandshakeResponse(record);
    if (error !== undefined) {
      this.fail(new HubClientError('HUB_CLIENT_HANDSHAKE_REFUSED', error));
      return;
    }
    const { resolve } = this.#state;
    // The owner takes over in a later microtask; nothing may arrive in between.
    this.#connection.pause();
    this.#state = { name: 'answered', rest, end: undefined };
    resolve((owner) => this.#handOver(owner));
  }

  #handOver(owner: ConnectionReceiver): void {
    if (this.#state.name !== 'answered') return;
    const { rest, end } = this.#state;
    this.#state = { name: 'handed over', owner };
    if (rest !== undefined) owner.onFrame(rest);
    if (end !== undefined) owner.onClose(end);
    else this.#connection.resume();
  }
}

function endedEarly(reason: CloseReason): Error {
  if (reason.kind === 'failed') return reason.error;
  return new AbortError('The underlying connection was closed before the hub handshake could complete.');
}
