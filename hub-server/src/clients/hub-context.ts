import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import { ConnectionDirectory, UserDirectory } from './directories.ts';
import { GroupManager } from './group-manager.ts';
import { HubClients } from './hub-clients.ts';

/** A hub's clients and groups, for code outside the hub: an express route, a timer, another service. */
export class HubContext<TClient> {
  readonly clients: HubClients<TClient>;
  readonly groups: GroupManager;
  readonly connections: ConnectionDirectory;
  readonly users: UserDirectory;

  constructor(lifetime: HubLifetimeManager) {
    this.clients = new HubClients({ lifetime, invoker: lifetime });
    this.groups = new GroupManager(lifetime);
    this.connections = new ConnectionDirectory(lifetime);
    this.users = new UserDirectory(lifetime);
  }
}
