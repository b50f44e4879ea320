import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { subPaths, type ConnectionEndpoint, type SubPath } from './connection-endpoint.ts';
import { TransportError } from '../errors.ts';
import { pathOf } from './request-target.ts';
import { listenForUpgrades } from './upgrade-listener.ts';

interface Route {
  readonly endpoint: ConnectionEndpoint;
  readonly subPath: SubPath;
}

/** How many mount paths are learned at most: a parameter in one would make endless many. */
const maximumMountPaths = 32;

/**
 * Leads requests and upgrades to endpoints by their path.
 *
 * @example
 * const router = new ConnectionRouter();
 * router.add('/chat', new ConnectionEndpoint({}, (connection) => connection.start(receiver)));
 * const server = createServer((request, response) => {
 *   if (!router.handle(request, response)) response.writeHead(404).end();
 * });
 * router.attach(server);
 */
export class ConnectionRouter {
  readonly #routes = new Map<string, Route>();
  readonly #mountPaths = new Set<string>();
  readonly #detach = new Set<() => void>();

  /** @throws TransportError `TRANSPORT_INVALID_OPTIONS` when the path is taken or does not start with a slash */
  add(path: string, endpoint: ConnectionEndpoint): void {
    if (!path.startsWith('/'))
      throw new TransportError('TRANSPORT_INVALID_OPTIONS', `The path ${path} lacks its slash.`);
    const base = pathOf(new URL(path, 'http://localhost').pathname);
    for (const subPath of subPaths) {
      const full = base === '/' && subPath !== '' ? subPath : base + subPath;
      if (this.#routes.has(full)) throw new TransportError('TRANSPORT_INVALID_OPTIONS', `${full} is taken.`);
      this.#routes.set(full, { endpoint, subPath });
    }
  }

  /** Handles a request to one of the endpoints; `false` says that it is none, and leaves it untouched. */
  handle(request: IncomingMessage, response: ServerResponse, path = pathOf(request.url ?? '/')): boolean {
    const route = this.#routes.get(path);
    route?.endpoint.handleRequest(request, response, route.subPath);
    return route !== undefined;
  }

  /** Handles an upgrade to one of the endpoints; `false` says that it is none, and leaves it untouched. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const route = this.#findUnderMounts(pathOf(request.url ?? '/'));
    if (route?.subPath !== '') return false;
    route.endpoint.handleUpgrade(request, socket, head);
    return true;
  }

  /**
   * Makes upgrades below `mountPath` find the endpoints too: an upgrade never passes the middleware that would take the
   * mount path off.
   */
  mount(mountPath: string): void {
    if (this.#mountPaths.size < maximumMountPaths) this.#mountPaths.add(pathOf(mountPath));
  }

  /** Takes the upgrades of a server that are for these endpoints; returns what undoes it. */
  attach(server: Server | SecureServer): () => void {
    const stop = listenForUpgrades(server, this);
    const detach = () => {
      this.#detach.delete(detach);
      stop();
    };
    this.#detach.add(detach);
    return detach;
  }

  /** Detaches from all servers and closes all endpoints; resolves when no connection is left. */
  async close(): Promise<void> {
    for (const detach of this.#detach) detach();
    const endpoints = new Set([...this.#routes.values()].map(({ endpoint }) => endpoint));
    await Promise.all([...endpoints].map((endpoint) => endpoint.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #findUnderMounts(path: string): Route | undefined {
    const route = this.#routes.get(path);
    if (route !== undefined) return route;
    for (const mountPath of this.#mountPaths) {
      if (!path.startsWith(`${mountPath}/`)) continue;
      const mounted = this.#routes.get(path.slice(mountPath.length));
      if (mounted !== undefined) return mounted;
    }
    return undefined;
  }
}
