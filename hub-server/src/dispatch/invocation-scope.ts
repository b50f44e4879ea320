import type { Audience } from '../backplane/audience.ts';
import type { ClientInvoker } from '../clients/client-proxy.ts';
import { GroupManager } from '../clients/group-manager.ts';
import { HubCallerClients } from '../clients/hub-clients.ts';
import type { HubCallerContext } from '../hub-caller-context.ts';
import type { HubScope } from '../hub.ts';
import type { ClientCall, ClientOutcome, HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { HubCaller } from './hub-caller.ts';

/** Where a call stands with the slots of its connection's call queue. */
type Slot = 'none' | 'held' | 'given-up';

/** What one invocation's hub can reach. It also knows whether the invocation still keeps others waiting. */
export class InvocationScope implements HubScope, ClientInvoker {
  readonly #caller: HubCaller;
  readonly #lifetime: HubLifetimeManager;
  #clients: HubCallerClients<unknown> | undefined;
  #slot: Slot = 'none';

  constructor(caller: HubCaller, lifetime: HubLifetimeManager) {
    this.#caller = caller;
    this.#lifetime = lifetime;
  }

  get context(): HubCallerContext {
    return this.#caller.context;
  }

  get clients(): HubCallerClients<unknown> {
    this.#clients ??= new HubCallerClients({ lifetime: this.#lifetime, invoker: this }, this.#caller.connectionId);
    return this.#clients;
  }

  get groups(): GroupManager {
    return new GroupManager(this.#lifetime);
  }

  /** The invocation goes on asynchronously. */
  takeSlot(): void {
    if (this.#slot !== 'none') return;
    this.#slot = 'held';
    this.#caller.calls.takeSlot();
  }

  /** The invocation is over, or waits for a client that may have to call first. */
  giveUpSlot(): void {
    const slot = this.#slot;
    this.#slot = 'given-up';
    if (slot === 'held') this.#caller.calls.freeSlot();
  }

  // A client that answers may first have to be served: keeping the slot would let both wait for each other.
  invoke(connectionId: string, target: string, call: ClientCall): Promise<unknown> {
    const result = this.#lifetime.invoke(connectionId, target, call);
    this.giveUpSlot();
    return result;
  }

  invokeAll(audience: Audience, target: string, call: ClientCall): Promise<readonly ClientOutcome[]> {
    const outcomes = this.#lifetime.invokeAll(audience, target, call);
    this.giveUpSlot();
    return outcomes;
  }
}
