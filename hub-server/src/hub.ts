import type { DynamicContract, hubClient } from '@hubwire/hub-protocol';
import type { GroupManager } from './clients/group-manager.ts';
import type { HubCallerClients } from './clients/hub-clients.ts';
import { HubServerError } from './errors.ts';
import type { HubCallerContext, HubCallerTypes } from './hub-caller-context.ts';

/** What one invocation gives its hub. */
export interface HubScope {
  readonly context: HubCallerContext;
  readonly clients: HubCallerClients<unknown>;
  readonly groups: GroupManager;
}

/** Gives a new hub instance its scope; throws `HUB_SHARED_INSTANCE` when it has one already. */
export let bindHub: (hub: Hub<unknown>, scope: HubScope) => void;

/**
 * The base of every hub. One instance serves one invocation, `onConnected` or `onDisconnected`; what has to outlive it
 * belongs into `context.items` or an injected service. Only methods marked with `@hubMethod()` can be called by clients.
 *
 * `TClient` is the interface of what the hub may call on its clients, `TCaller` says what `context.user` and
 * `context.items` hold.
 */
export abstract class Hub<TClient = DynamicContract, TCaller extends HubCallerTypes = HubCallerTypes> {
  /** Lets clients infer their side of the contract from the class; nothing at run time. */
  declare readonly [hubClient]?: TClient;
  #scope: HubScope | undefined;

  /** The caller. */
  get context(): HubCallerContext<TCaller> {
    return this.#bound.context as HubCallerContext<TCaller>;
  }

  /** Whom this hub can call. */
  get clients(): HubCallerClients<TClient> {
    return this.#bound.clients as HubCallerClients<TClient>;
  }

  get groups(): GroupManager {
    return this.#bound.groups;
  }

  /** Called once per connection before any of its calls. When it throws, the connection is closed with an error. */
  onConnected(): void | Promise<void> {}

  /** Called once per connection when no call of it can begin any more; `error` is `undefined` when the connection ended in an orderly way. */
  onDisconnected(_error: Error | undefined): void | Promise<void> {}

  get #bound(): HubScope {
    if (this.#scope === undefined) throw new HubServerError('HUB_NOT_BOUND');
    return this.#scope;
  }

  static {
    bindHub = (hub, scope) => {
      if (hub.#scope !== undefined) throw new HubServerError('HUB_SHARED_INSTANCE');
      hub.#scope = scope;
    };
  }
}
