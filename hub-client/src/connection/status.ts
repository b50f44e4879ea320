import { InboundStream } from '@hubwire/hub-protocol/peer';
import type { ClientState } from './connection-lifecycle.ts';
import { HubClientError } from '../errors.ts';

/** Where a connection is, as `status()` tells it. */
export type ConnectionStatus =
  | { readonly name: 'disconnected'; /** Why, when it was not meant. */ readonly error: Error | undefined }
  | { readonly name: 'connecting' }
  | {
      readonly name: 'connected';
      readonly connectionId: string;
      readonly transport: string;
      /**
       * Whether the server still knew this client and sent what it had missed. Without stateful reconnect always
       * `false`: whoever comes back joins its groups and fetches what it needs again.
       */
      readonly recovered: boolean;
    }
  | { readonly name: 'reconnecting'; /** Why the connection was lost. */ readonly error: Error | undefined }
  | { readonly name: 'disconnecting' };

export function statusOf(state: ClientState): ConnectionStatus {
  const { name } = state;
  if (name === 'connected') {
    const { connectionId, transport } = state.session.connection;
    return { name, connectionId, transport, recovered: false };
  }
  return name === 'disconnected' || name === 'reconnecting' ? { name, error: state.error } : { name };
}

/** A reader that is behind by so many changes is forgotten by whoever opened it. */
const maximumUnread = 1_000;

/** Tells any number of readers about changes. */
export class StatusFeed {
  readonly #readers = new Set<InboundStream<ConnectionStatus>>();

  /** Begins with `current`; ends with an error when it is not read. */
  open(current: ConnectionStatus): AsyncIterableIterator<ConnectionStatus, undefined> {
    const reader: InboundStream<ConnectionStatus> = new InboundStream(maximumUnread, {
      onRoom() {},
      onAbandoned: () => this.#readers.delete(reader),
    });
    this.#readers.add(reader);
    reader.push(current);
    return reader;
  }

  publish(status: ConnectionStatus): void {
    for (const reader of this.#readers) {
      reader.push(status);
      if (!reader.isFull) continue;
      this.#readers.delete(reader);
      reader.end(new HubClientError('HUB_CLIENT_STREAM_OVERFLOW'));
    }
  }
}
