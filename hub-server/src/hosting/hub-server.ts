import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { HubClientOf } from '@hubwire/hub-protocol';
import { nullLogger, type Connection } from '@hubwire/transports';
import {
  ConnectionEndpoint,
  ConnectionRouter,
  expressRouter,
  type ConnectionEndpointObserver,
  type MiddlewareHandler,
  type ServerConnection,
} from '@hubwire/transports/server';
import type { HubConstructor } from '../activation/hub-activator.ts';
import type { HubContext } from '../clients/hub-context.ts';
import { HubServerError } from '../errors.ts';
import { connectionRequirementsOf } from '../auth/authorize.ts';
import type { Hub } from '../hub.ts';
import { sumCounters, type HubCounters } from '../observability/hub-counters.ts';
import type { HubDiagnostics } from '../observability/hub-diagnostics.ts';
import { authorizeConnection, authorizeRequests } from './authorize-connections.ts';
import { HubHost } from './hub-host.ts';
import {
  resolveHubOptions,
  resolveHubServerOptions,
  type HubOptions,
  type HubServerOptions,
  type ResolvedHubServerOptions,
} from './hub-server-options.ts';
import { MemoryBudget, type MemoryRelief } from './memory-budget.ts';
import { settledWithin } from './settled-within.ts';
import { shedConnections } from './shed-connections.ts';

/** A hub at its path. */
export interface MappedHub<TClient> {
  readonly path: string;
  /** The hub's clients and groups, for code outside the hub. */
  readonly context: HubContext<TClient>;
  /** Connections of this process, those in their handshake included. */
  readonly connectionCount: number;
  /** What this hub has done so far. */
  counters(): HubCounters;
  /** Serves a connection that came by other ways than HTTP, such as one of an `InMemoryListener`. */
  accept(connection: Connection | ServerConnection): void;
}

interface Mapping {
  readonly hubClass: HubConstructor;
  readonly host: HubHost;
  readonly endpoint: ConnectionEndpoint;
}

/** Hubs at their paths, to be mounted on an HTTP server. Make one with `createHubServer`. */
export class HubServer implements AsyncDisposable {
  readonly #options: ResolvedHubServerOptions;
  readonly #router = new ConnectionRouter();
  readonly #mappings = new Map<string, Mapping>();
  readonly #budget: MemoryBudget | undefined;

  constructor(options: HubServerOptions) {
    this.#options = resolveHubServerOptions(options);
    const { memoryBudget, logger = nullLogger } = this.#options;
    this.#budget = memoryBudget && new MemoryBudget(memoryBudget, this.#relief(), logger);
  }

  /**
   * Serves a hub at `path`, such as `/chat`. The hub's own options win over the server's.
   *
   * @throws HubServerError `HUB_INVALID_HUB` for a path that is taken or malformed, `HUB_INVALID_METHOD` and
   * `HUB_INVALID_OPTION` for what the class or the options declare wrongly
   */
  mapHub<THub extends Hub<unknown>>(
    path: string,
    hubClass: HubConstructor<THub>,
    options: HubOptions = {},
  ): MappedHub<HubClientOf<THub>> {
    if (!/^\/([^?#]*[^/?#])?$/.test(path)) {
      throw new HubServerError('HUB_INVALID_HUB', `'${path}' must start with a slash and not end with one.`);
    }
    if (this.#mappings.has(path)) throw new HubServerError('HUB_INVALID_HUB', `There is a hub at '${path}' already.`);
    const resolved = resolveHubOptions(this.#options, options);
    const requirements = connectionRequirementsOf(hubClass);
    const host = new HubHost({ name: path, hubClass, options: resolved });
    const observer = observeEndpoint(host.diagnostics);
    const endpoint = new ConnectionEndpoint(
      { ...authorizeRequests(resolved.endpoint, requirements), observer },
      (connection) => host.accept(connection),
    );
    if (this.#budget?.isRefusing === true) endpoint.refuseConnections('memoryBudget');
    this.#router.add(path, endpoint);
    this.#mappings.set(path, { hubClass, host, endpoint });
    return {
      path,
      context: host.context as HubContext<HubClientOf<THub>>,
      get connectionCount() {
        return host.connectionCount;
      },
      counters: () => host.diagnostics.counters(),
      accept: (connection) => authorizeConnection(connection, requirements, (allowed) => host.accept(allowed)),
    };
  }

  /** The clients and groups of a hub; throws `HUB_INVALID_HUB` when it is not mapped, or at several paths. */
  context<THub extends Hub<unknown>>(hubClass: HubConstructor<THub>): HubContext<HubClientOf<THub>> {
    const found = [...this.#mappings.values()].filter((mapping) => mapping.hubClass === hubClass);
    const [mapping] = found;
    if (mapping === undefined || found.length > 1) {
      throw new HubServerError('HUB_INVALID_HUB', `${hubClass.name} is mapped ${found.length} times.`);
    }
    return mapping.host.context as HubContext<HubClientOf<THub>>;
  }

  /** What all hubs of this server have done so far. */
  counters(): HubCounters {
    return sumCounters([...this.#mappings.values()].map(({ host }) => host.diagnostics.counters()));
  }

  /** An express handler for everything but WebSockets: `app.use(hubs.router())`. */
  router(): MiddlewareHandler {
    return expressRouter(this.#router);
  }

  /** Answers a request of a plain `node:http` server; `false` when it is for none of the hubs. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#router.handle(request, response);
  }

  /** Takes WebSocket upgrades from an HTTP server, leaving those of other paths alone; the result ends that. */
  attach(server: Server): () => void {
    return this.#router.attach(server);
  }

  /**
   * Tells every client to reconnect elsewhere, waits until `onDisconnected` has run for each connection, and releases
   * timers and listeners. The HTTP server itself stays open.
   *
   * Clients that do not take their last messages are cut off after `closeTimeoutMs`; an `onDisconnected` that has not
   * settled after as long again is left alone.
   */
  async close(): Promise<void> {
    const { closeTimeoutMs } = this.#options;
    this.#budget?.stop();
    const ended = Promise.all([...this.#mappings.values()].map(({ host }) => host.close()));
    await settledWithin(ended, closeTimeoutMs);
    await this.#router.close();
    await settledWithin(ended, closeTimeoutMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #relief(): MemoryRelief {
    return {
      refuseConnections: (isRefusing) => {
        const limit = isRefusing ? 'memoryBudget' : undefined;
        for (const { endpoint } of this.#mappings.values()) endpoint.refuseConnections(limit);
      },
      shed: (count) => shedConnections([...this.#mappings.values()], count),
    };
  }
}

function observeEndpoint(diagnostics: HubDiagnostics): ConnectionEndpointObserver {
  return {
    onLimit: (option) => diagnostics.limitReached(option),
    onRefused: (status, code) => diagnostics.requestRefused(status, code),
  };
}

/**
 * Makes a server for hubs.
 *
 * @example
 * const hubs = createHubServer({ container });
 * hubs.mapHub('/chat', ChatHub);
 * app.use(hubs.router());
 * hubs.attach(app.listen(3000));
 */
export function createHubServer(options: HubServerOptions = {}): HubServer {
  return new HubServer(options);
}
