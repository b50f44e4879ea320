import type { Audience } from '../backplane/audience.ts';
import {
  clientProxy,
  singleClientProxy,
  type ClientProxy,
  type ProxyParts,
  type SingleClientProxy,
} from './client-proxy.ts';

/** The audiences that anyone may address. */
export class HubClients<TClient> {
  readonly #parts: ProxyParts;

  constructor(parts: ProxyParts) {
    this.#parts = parts;
  }

  get all(): ClientProxy<TClient> {
    return this.to({ kind: 'all' });
  }

  allExcept(connectionIds: readonly string[]): ClientProxy<TClient> {
    return this.to({ kind: 'all', except: connectionIds });
  }

  client(connectionId: string): SingleClientProxy<TClient> {
    return singleClientProxy(this.#parts, connectionId);
  }

  clients(connectionIds: readonly string[]): ClientProxy<TClient> {
    return this.to({ kind: 'connections', connectionIds });
  }

  group(name: string): ClientProxy<TClient> {
    return this.to({ kind: 'groups', groups: [name] });
  }

  groups(names: readonly string[]): ClientProxy<TClient> {
    return this.to({ kind: 'groups', groups: names });
  }

  groupExcept(name: string, connectionIds: readonly string[]): ClientProxy<TClient> {
    return this.to({ kind: 'groups', groups: [name], except: connectionIds });
  }

  user(userId: string): ClientProxy<TClient> {
    return this.to({ kind: 'users', userIds: [userId] });
  }

  users(userIds: readonly string[]): ClientProxy<TClient> {
    return this.to({ kind: 'users', userIds });
  }

  protected to(audience: Audience): ClientProxy<TClient> {
    return clientProxy(this.#parts, audience);
  }
}

/** The audiences of a hub invocation, which has a caller. */
export class HubCallerClients<TClient> extends HubClients<TClient> {
  readonly #callerId: string;

  constructor(parts: ProxyParts, callerId: string) {
    super(parts);
    this.#callerId = callerId;
  }

  get caller(): SingleClientProxy<TClient> {
    return this.client(this.#callerId);
  }

  /** Everyone but the caller. */
  get others(): ClientProxy<TClient> {
    return this.to({ kind: 'all', except: [this.#callerId] });
  }

  /** The members of a group but the caller. */
  othersInGroup(name: string): ClientProxy<TClient> {
    return this.groupExcept(name, [this.#callerId]);
  }
}
