import { GroupStore } from './group-store.ts';
import type { HubPeer } from './hub-peer.ts';

/** The connections of this process, by id and by user. */
export class ConnectionStore {
  readonly #byId = new Map<string, HubPeer>();
  readonly #byUser = new GroupStore<HubPeer>();

  get size(): number {
    return this.#byId.size;
  }

  get all(): IterableIterator<HubPeer> {
    return this.#byId.values();
  }

  /** The users with at least one connection. */
  get users(): IterableIterator<string> {
    return this.#byUser.names;
  }

  get userCount(): number {
    return this.#byUser.size;
  }

  add(peer: HubPeer): void {
    this.#byId.set(peer.connectionId, peer);
    if (peer.userIdentifier !== undefined) this.#byUser.add(peer.userIdentifier, peer);
  }

  remove(peer: HubPeer): void {
    this.#byId.delete(peer.connectionId);
    this.#byUser.removeMember(peer);
  }

  find(connectionId: string): HubPeer | undefined {
    return this.#byId.get(connectionId);
  }

  ofUser(userId: string): ReadonlySet<HubPeer> {
    return this.#byUser.membersOf(userId);
  }
}
