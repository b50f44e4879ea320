import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';

/** Which connections a hub has: in this process, as of now. */
export class ConnectionDirectory {
  readonly #lifetime: HubLifetimeManager;

  constructor(lifetime: HubLifetimeManager) {
    this.#lifetime = lifetime;
  }

  /** Their ids. */
  async list(): Promise<readonly string[]> {
    return Array.from(this.#lifetime.connections.all, ({ connectionId }) => connectionId);
  }

  async has(connectionId: string): Promise<boolean> {
    return this.#lifetime.connections.find(connectionId) !== undefined;
  }

  async count(): Promise<number> {
    return this.#lifetime.connections.size;
  }
}

/** Which users are connected to a hub: in this process, as of now. */
export class UserDirectory {
  readonly #lifetime: HubLifetimeManager;

  constructor(lifetime: HubLifetimeManager) {
    this.#lifetime = lifetime;
  }

  /** Their ids, each once. */
  async list(): Promise<readonly string[]> {
    return [...this.#lifetime.connections.users];
  }

  /** Whether a user has a connection. */
  async has(userId: string): Promise<boolean> {
    return this.#lifetime.connections.ofUser(userId).size > 0;
  }

  /** How many users there are, each counted once. */
  async count(): Promise<number> {
    return this.#lifetime.connections.userCount;
  }

  /** The ids of a user's connections. */
  async connections(userId: string): Promise<readonly string[]> {
    return Array.from(this.#lifetime.connections.ofUser(userId), ({ connectionId }) => connectionId);
  }
}
