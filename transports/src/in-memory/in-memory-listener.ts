import type { ConnectionFactory } from '../connection.ts';
import { TransportError } from '../errors.ts';
import type { ServerConnection } from '../server-connection.ts';
import { connectionPair, type ConnectionPairOptions } from './connection-pair.ts';

/**
 * A server without a port: `connect` opens pairs and hands their server ends to `onConnection`.
 *
 * @example
 * const listener = new InMemoryListener((connection) => handler.run(connection));
 * const client = await listener.connect('Text', AbortSignal.timeout(1000));
 */
export class InMemoryListener {
  readonly #onConnection: (connection: ServerConnection) => void;
  readonly #options: ConnectionPairOptions;
  #isOpen = true;

  constructor(onConnection: (connection: ServerConnection) => void, options: ConnectionPairOptions = {}) {
    this.#onConnection = onConnection;
    this.#options = options;
  }

  /** Bound, so that it can be handed on as it is. Rejects after `close`. */
  readonly connect: ConnectionFactory = async (transferFormat, signal) => {
    signal.throwIfAborted();
    if (!this.#isOpen)
      throw new TransportError('TRANSPORT_CLOSED', 'The in-memory listener takes no more connections.');
    const { client, server } = connectionPair(this.#options);
    if (!client.transferFormats.includes(transferFormat)) {
      throw new TransportError('TRANSPORT_LEFT_OUT', `It does not carry ${transferFormat}.`);
    }
    this.#onConnection(server);
    return client;
  };

  /** Refuses new connections; open ones live on. */
  close(): void {
    this.#isOpen = false;
  }
}
