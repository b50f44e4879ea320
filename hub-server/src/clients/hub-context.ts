import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import { GroupManager } from './group-manager.ts';
import { HubClients } from './hub-clients.ts';

/** A hub's clients and groups, for code outside the hub: an express route, a timer, another service. */
export class HubContext<TClient> {
  readonly clients: HubClients<TClient>;
  readonly groups: GroupManager;

  constructor(lifetime: HubLifetimeManager) {
    this.clients = new HubClients(lifetime, (connectionId, target, call) =>
      lifetime.invoke(connectionId, target, call),
    );
    this.groups = new GroupManager(lifetime);
  }
}
