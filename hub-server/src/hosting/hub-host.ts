import type { Connection } from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import { containerHubActivator, type HubContainer } from '../activation/container-hub-activator.ts';
import { defaultHubActivator } from '../activation/default-hub-activator.ts';
import type { HubConstructor } from '../activation/hub-activator.ts';
import type { Backplane } from '../backplane/backplane.ts';
import { HubContext } from '../clients/hub-context.ts';
import { HubConnectionHandler, type HubConnectionEnvironment } from '../connection/hub-connection-handler.ts';
import { Sweeper } from '../connection/sweeper.ts';
import { HubDispatcher } from '../dispatch/hub-dispatcher.ts';
import { HubMethodTable } from '../dispatch/hub-method-table.ts';
import { HubServerError } from '../errors.ts';
import { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { ResolvedHubOptions } from '../options.ts';

/** What a hub is hosted with. */
export interface HubHostOptions {
  readonly hubClass: HubConstructor;
  readonly options: ResolvedHubOptions;
  readonly container: HubContainer | undefined;
  readonly backplane: Backplane | undefined;
}

type HostState = { readonly name: 'open' } | { readonly name: 'closing'; readonly closed: Promise<void> };

/** One hub with all its connections, whatever carries them. */
export class HubHost {
  readonly context: HubContext<unknown>;
  readonly #environment: HubConnectionEnvironment;
  readonly #connections = new Set<HubConnectionHandler>();
  #state: HostState = { name: 'open' };
  #onEmpty: () => void = () => {};

  constructor({ hubClass, options, container, backplane }: HubHostOptions) {
    const { connection, logger } = options;
    const lifetime = new HubLifetimeManager({ hubName: hubClass.name, ...(backplane && { backplane }) });
    const methods = new HubMethodTable(hubClass);
    const activator =
      container === undefined ? defaultHubActivator(hubClass) : containerHubActivator(hubClass, container);
    this.context = new HubContext(lifetime);
    this.#environment = {
      options: connection,
      dispatcher: new HubDispatcher({ ...connection, methods, activator, lifetime, logger }),
      lifetime,
      sweeper: new Sweeper(sweepIntervalMs(connection)),
      logger,
      onEnd: (handler) => this.#forget(handler),
    };
    lifetime.start().catch((error: unknown) => logger.log('error', 'backplaneSubscriptionFailed', { error }));
  }

  /** How many connections are open, those in their handshake included. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Serves a connection: of an endpoint, of an in-memory listener, or of a transport of the user's own. */
  accept(connection: Connection | ServerConnection): void {
    const handler = new HubConnectionHandler(connection, this.#environment);
    this.#connections.add(handler);
    handler.start();
    if (this.#state.name === 'closing') handler.close({}, new HubServerError('HUB_SERVER_CLOSED'));
  }

  /** Ends every connection, telling clients that they may reconnect, and waits until `onDisconnected` has run for all. */
  close(): Promise<void> {
    if (this.#state.name === 'closing') return this.#state.closed;
    const closed = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    this.#state = { name: 'closing', closed };
    this.#environment.lifetime.stop();
    for (const handler of this.#connections) handler.close({ allowReconnect: true });
    if (this.#connections.size === 0) this.#onEmpty();
    return closed;
  }

  #forget(handler: HubConnectionHandler): void {
    this.#connections.delete(handler);
    if (this.#connections.size === 0) this.#onEmpty();
  }
}

// Often enough that no timeout is late by more than a quarter, and at most once a second otherwise.
function sweepIntervalMs(options: ResolvedHubOptions['connection']): number {
  const shortest = Math.min(options.handshakeTimeoutMs, options.keepAliveIntervalMs, options.clientTimeoutMs);
  return Math.min(1000, Math.max(10, shortest / 4));
}
