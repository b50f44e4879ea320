import type { Connection, ConnectionFactory, FailedTransport } from '@hubwire/transports';
import { HubClientError, toError } from '../errors.ts';
import { exchangeHandshake, type HandOver, type HandshakeOptions } from './handshake-exchange.ts';

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
  const failed: FailedTransport[] = [];
  let timeout: Error | undefined;
  for (;;) {
    const connection = await connectUnlessAborted(connect, { options, failed, signal });
    if (timeout !== undefined && failed.some(({ transport }) => transport === connection.transport)) {
      connection.close();
      throw timeout;
    }
    try {
      return { connection, handOver: await exchangeHandshake(connection, options, signal) };
    } catch (error) {
      if (!(error instanceof HubClientError) || error.code !== 'HUB_CLIENT_HANDSHAKE_TIMEOUT') throw error;
      timeout = error;
      failed.push({ transport: connection.transport, error });
    }
  }
}

interface Attempt {
  readonly options: HandshakeOptions;
  readonly failed: readonly FailedTransport[];
  readonly signal: AbortSignal;
}

/** A factory that does not listen to its signal is not waited for: what it gives later is closed. */
function connectUnlessAborted(connect: ConnectionFactory, { options, failed, signal }: Attempt): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(toError(signal.reason));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    connect(options.protocol.transferFormat, signal, failed).then(
      (connection) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) connection.close();
        else resolve(connection);
      },
      (error) => {
        signal.removeEventListener('abort', onAbort);
        reject(toError(error));
      },
    );
  });
}
