import type { ConnectionStatus, HubConnection } from '../index.ts';

/** What the hooks need to know of a connection, whatever hub it is to. */
export type AnyConnection = Pick<HubConnection, 'state' | 'connectionId' | 'status'>;

/** The status of one connection in the form in which React reads what is not its own. */
export class StatusStore {
  readonly #connection: AnyConnection;
  readonly #listeners = new Set<() => void>();
  #current: ConnectionStatus;

  constructor(connection: AnyConnection) {
    this.#connection = connection;
    this.#current = firstStatus(connection);
    void this.#follow();
  }

  get current(): ConnectionStatus {
    return this.#current;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Never ends. Only the connection knows of it, so that both are gone when nobody has the connection any more. */
  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (isSame(status, this.#current)) continue;
      this.#current = status;
      for (const listener of this.#listeners) listener();
    }
  }
}

const stores = new WeakMap<AnyConnection, StatusStore>();

/** All components that look at one connection see the same. */
export function statusStoreOf(connection: AnyConnection): StatusStore {
  const known = stores.get(connection);
  if (known !== undefined) return known;
  const store = new StatusStore(connection);
  stores.set(connection, store);
  return store;
}

/** What can be said without waiting; all of it follows at once. */
function firstStatus({ state, connectionId }: AnyConnection): ConnectionStatus {
  switch (state) {
    case 'Connected':
      return { name: 'connected', connectionId: connectionId ?? '', transport: '', recovered: false };
    case 'Connecting':
      return { name: 'connecting' };
    case 'Disconnecting':
      return { name: 'disconnecting' };
    case 'Disconnected':
      return { name: 'disconnected', error: undefined };
    case 'Reconnecting':
      return { name: 'reconnecting', error: undefined };
  }
}

function isSame(one: ConnectionStatus, other: ConnectionStatus): boolean {
  const values: readonly unknown[] = Object.values(other);
  return Object.values(one).every((value, index) => value === values[index]);
}
