import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';

/** Puts connections into groups, on whichever node they are, and takes them out. Disconnecting leaves every group. */
export class GroupManager {
  readonly #lifetime: HubLifetimeManager;

  constructor(lifetime: HubLifetimeManager) {
    this.#lifetime = lifetime;
  }

  /**
   * Does nothing when the connection is a member already. Rejects with `HUB_TOO_MANY_GROUPS` beyond `maximumGroups`, and
   * with `HUB_INVALID_GROUP` for a name beyond `maximumNameLength`.
   */
  add(connectionId: string, group: string): Promise<void> {
    return this.#lifetime.addToGroup(connectionId, group);
  }

  /** Does nothing when the connection is no member. */
  remove(connectionId: string, group: string): Promise<void> {
    return this.#lifetime.removeFromGroup(connectionId, group);
  }

  /** The groups that have members in this process. */
  async list(): Promise<readonly string[]> {
    return [...this.#lifetime.groups.names];
  }

  /** The connection ids of a group's members in this process. */
  async members(group: string): Promise<readonly string[]> {
    return Array.from(this.#lifetime.groups.membersOf(group), ({ connectionId }) => connectionId);
  }

  /** How many members a group has in this process. */
  async count(group: string): Promise<number> {
    return this.#lifetime.groups.membersOf(group).size;
  }

  /** The groups that a connection of this process is in. */
  async of(connectionId: string): Promise<readonly string[]> {
    const peer = this.#lifetime.connections.find(connectionId);
    return peer === undefined ? [] : [...this.#lifetime.groups.groupsOf(peer)];
  }
}
