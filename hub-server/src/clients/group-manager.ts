import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';

/** Puts connections into groups, on whichever node they are, and takes them out. Disconnecting leaves every group. */
export class GroupManager {
  readonly #lifetime: HubLifetimeManager;

  constructor(lifetime: HubLifetimeManager) {
    this.#lifetime = lifetime;
  }

  /** Does nothing when the connection is a member already. */
  add(connectionId: string, group: string): Promise<void> {
    return this.#lifetime.addToGroup(connectionId, group);
  }

  /** Does nothing when the connection is no member. */
  remove(connectionId: string, group: string): Promise<void> {
    return this.#lifetime.removeFromGroup(connectionId, group);
  }
}
