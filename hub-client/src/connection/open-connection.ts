import type { Connection, ConnectionFactory, FailedTransport } from '@hubwire/transports';
import { HubClientError, TimeoutError } from '../errors.ts';
import { exchangeHandshake, type HandOver, type HandshakeOptions } from './handshake-exchange.ts';
import { withLimits } from './limits.ts';

/** A connection on which messages can go. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly handOver: HandOver;
}

/**
 * Connects and shakes hands. When a transport connects but the handshake gets no answer on it, as behind a proxy that
 * holds answers back, the next transport is tried. Rejects with the reason of `signal` as soon as it aborts.
 */
export async function openConnection(
  connect: ConnectionFactory,
  options: HandshakeOptions,
  signal: AbortSignal,
): Promise<OpenConnection> {
  const { clock, protocol } = options;
  const failed: FailedTransport[] = [];
  for (;;) {
    signal.throwIfAborted();
    // A factory that does not listen to its signal is not waited for.
    const connecting = connect(protocol.transferFormat, signal, failed);
    const connection = await withLimits({ clock, signal }, connecting, (late) => late.close());
    const { transport } = connection;
    if (failed.some((failure) => failure.transport === transport)) {
      connection.close();
      throw failed.at(-1)?.error;
    }
    try {
      return { connection, handOver: await exchangeHandshake(connection, options, signal) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TimeoutError)) throw error;
      failed.push({ transport, error: new HubClientError('HUB_CLIENT_HANDSHAKE_TIMEOUT') });
    }
  }
}
