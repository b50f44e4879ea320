import type { Connection } from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import { containerHubActivator } from '../activation/container-hub-activator.ts';
import { defaultHubActivator } from '../activation/default-hub-activator.ts';
import type { HubConstructor } from '../activation/hub-activator.ts';
import { HubContext } from '../clients/hub-context.ts';
import type { HubConnectionEnvironment } from '../connection/hub-connection-environment.ts';
import { HubConnectionHandler, type HubConnectionOwner } from '../connection/hub-connection-handler.ts';
import { Sweeper } from '../connection/sweeper.ts';
import { HubDispatcher } from '../dispatch/hub-dispatcher.ts';
import { chainFilters } from '../dispatch/hub-filter.ts';
import { HubMethodTable } from '../dispatch/hub-method-table.ts';
import { HubServerError } from '../errors.ts';
import { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import { HubDiagnostics } from '../observability/hub-diagnostics.ts';
import { filterSources } from './filter-sources.ts';
import type { ResolvedHubOptions } from './hub-server-options.ts';

/** What a hub is hosted with. */
export interface HubHostOptions {
  /** The same on every node that serves this hub. */
  readonly name: string;
  readonly hubClass: HubConstructor;
  readonly options: ResolvedHubOptions;
}

type HostState = { readonly name: 'open' } | { readonly name: 'closing'; readonly closed: Promise<void> };

/** One hub with all its connections, whatever carries them. */
export class HubHost implements HubConnectionOwner {
  readonly context: HubContext<unknown>;
  readonly diagnostics: HubDiagnostics;
  readonly #environment: HubConnectionEnvironment;
  readonly #connections = new Set<HubConnectionHandler>();
  #state: HostState = { name: 'open' };
  #onEmpty: () => void = () => {};

  constructor({ name, hubClass, options }: HubHostOptions) {
    const { connection, container, backplane, logger } = options;
    const filters = chainFilters(filterSources(options.filters, container));
    const { gatherTimeoutMs } = connection;
    const { outboundFilter } = options;
    const { maximumGroups, maximumNameLength } = connection;
    const diagnostics = new HubDiagnostics(name);
    this.diagnostics = diagnostics;
    const lifetime = new HubLifetimeManager({
      hubName: name,
      gatherTimeoutMs,
      groupLimits: { maximumGroups, maximumNameLength, diagnostics },
      outboundFilter,
      logger,
      ...(backplane && { backplane }),
    });
    const methods = new HubMethodTable(hubClass);
    const activator =
      container === undefined ? defaultHubActivator(hubClass) : containerHubActivator(hubClass, container);
    const sweepMs = sweepIntervalMs(connection);
    this.context = new HubContext(lifetime);
    this.#environment = {
      options: connection,
      // The sweeper's clock may be one sweep behind when a client is heard: nobody is to be given up early.
      keepAlive: { pingIntervalMs: connection.keepAliveIntervalMs, timeoutMs: connection.clientTimeoutMs + sweepMs },
      dispatcher: new HubDispatcher({ ...connection, methods, activator, lifetime, filters, logger, diagnostics }),
      lifetime,
      sweeper: new Sweeper(sweepMs),
      diagnostics,
      logger,
    };
    lifetime.start().catch((error: unknown) => logger.log('error', 'backplaneSubscriptionFailed', { error }));
  }

  /** Those in their handshake included, in the order in which they came. */
  get connections(): Iterable<HubConnectionHandler> {
    return this.#connections;
  }

  /** How many connections are open, those in their handshake included. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Serves a connection: of an endpoint, of an in-memory listener, or of a transport of the user's own. */
  accept(connection: Connection | ServerConnection): void {
    const handler = new HubConnectionHandler(connection, this.#environment, this);
    this.#connections.add(handler);
    this.diagnostics.accepted();
    handler.start();
    if (this.#state.name === 'closing')
      handler.close({ allowReconnect: true }, new HubServerError('HUB_SERVER_CLOSED'));
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

  connectionEnded(handler: HubConnectionHandler): void {
    this.#connections.delete(handler);
    this.diagnostics.released();
    if (this.#connections.size === 0) this.#onEmpty();
  }
}

// Often enough that no timeout is late by more than a quarter, and at most once a second otherwise.
function sweepIntervalMs(options: ResolvedHubOptions['connection']): number {
  const shortest = Math.min(options.handshakeTimeoutMs, options.keepAliveIntervalMs, options.clientTimeoutMs);
  return Math.min(1000, Math.max(10, shortest / 4));
}
