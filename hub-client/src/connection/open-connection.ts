import { throwIfAborted } from '@hubwire/transports';
import type { Connection, ConnectionFactory, FailedTransport } from '@hubwire/transports';
import { HubClientError, TimeoutError } from '../errors.ts';
import type { HubClientSettings } from '../hub-client-options.ts';
import type { HubSession } from './hub-session.ts';
import { withLimits } from './limits.ts';

export interface OpenConnectionOptions extends Pick<HubClientSettings, 'clock' | 'handshakeTimeoutMs' | 'protocol'> {
  /** Starts a connection, and with it the handshake. */
  readonly begin: (connection: Connection) => HubSession;
}

/**
 * Connects and shakes hands. When a transport connects but the handshake gets no answer on it, as behind a proxy that
 * holds answers back, the next transport is tried. Rejects with the reason of `signal` as soon as it aborts.
 */
export async function openConnection(
  connect: ConnectionFactory,
  { begin, clock, handshakeTimeoutMs, protocol }: OpenConnectionOptions,
  signal: AbortSignal,
): Promise<HubSession> {
  const failed: FailedTransport[] = [];
  for (;;) {
    throwIfAborted(signal);
    // A factory that does not listen to its signal is not waited for.
    const connecting = connect(protocol.transferFormat, signal, failed);
    const connection = await withLimits({ clock, signal }, connecting, (late) => late.close());
    const { transport } = connection;
    if (failed.some((failure) => failure.transport === transport)) {
      connection.close();
      throw failed.at(-1)?.error;
    }
    const session = begin(connection);
    try {
      await withLimits({ clock, signal, timeoutMs: handshakeTimeoutMs }, session.opened);
      return session;
    } catch (error) {
      session.close();
      throwIfAborted(signal);
      if (!(error instanceof TimeoutError)) throw error;
      failed.push({ transport, error: new HubClientError('HUB_CLIENT_HANDSHAKE_TIMEOUT') });
    }
  }
}
