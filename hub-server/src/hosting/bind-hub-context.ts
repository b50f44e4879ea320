import type { HubClientOf } from '@hubwire/hub-protocol';
import type { HubConstructor } from '../activation/hub-activator.ts';
import type { GroupManager } from '../clients/group-manager.ts';
import type { ConnectionDirectory, UserDirectory } from '../clients/directories.ts';
import type { HubClients } from '../clients/hub-clients.ts';
import type { HubContext } from '../clients/hub-context.ts';
import type { Hub } from '../hub.ts';
import type { HubServer } from './hub-server.ts';

/** The part of an inversify `Container` that takes a hub's context. */
export interface HubContextContainer {
  // A method, so that inversify's overloads fit.
  bind(identifier: symbol): { toConstantValue(value: unknown): unknown };
}

const identifiers = new WeakMap<HubConstructor, symbol>();

/**
 * What a container knows the context of a hub by, once `bindHubContext` has bound it; always the same for one class.
 *
 * @example
 * constructor(@inject(hubContextIdentifier(ChatHub)) chat: HubContext<ChatClient>) { … }
 */
export function hubContextIdentifier(hubClass: HubConstructor): symbol {
  const known = identifiers.get(hubClass);
  if (known !== undefined) return known;
  const identifier = Symbol(`HubContext<${hubClass.name}>`);
  identifiers.set(hubClass, identifier);
  return identifier;
}

/**
 * Lets services be given `hubs.context(hubClass)` by the container. They may be made before the hub is mapped: it is
 * looked for whenever the context is used, and `HUB_INVALID_HUB` thrown when it is not mapped then, or at several paths.
 */
export function bindHubContext<THub extends Hub<unknown>>(
  container: HubContextContainer,
  hubs: Pick<HubServer, 'context'>,
  hubClass: HubConstructor<THub>,
): void {
  const context = new BoundHubContext<HubClientOf<THub>>(() => hubs.context(hubClass));
  container.bind(hubContextIdentifier(hubClass)).toConstantValue(context);
}

class BoundHubContext<TClient> implements HubContext<TClient> {
  readonly #find: () => HubContext<TClient>;

  constructor(find: () => HubContext<TClient>) {
    this.#find = find;
  }

  get clients(): HubClients<TClient> {
    return this.#find().clients;
  }

  get groups(): GroupManager {
    return this.#find().groups;
  }

  get connections(): ConnectionDirectory {
    return this.#find().connections;
  }

  get users(): UserDirectory {
    return this.#find().users;
  }
}
