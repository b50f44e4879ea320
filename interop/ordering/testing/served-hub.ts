// Linters read test files without the libraries that the workspace compiles them with.
/// <reference lib="esnext.disposable" />
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubConnection, type HubConnection } from '@hubwire/hub-client';
import type { HubProtocol } from '@hubwire/hub-protocol';
import { createHubServer, type HubConstructor, type HubServer, type HubServerOptions } from '@hubwire/hub-server';
import { RecordingLogger } from '@hubwire/hub-server/testing';
import { InMemoryListener } from '@hubwire/transports/in-memory';
import { protocolOf, type Lane } from './lanes.ts';

/** One hub that can be reached in every lane. Disposing it fails when it logged an error. */
export class ServedHub implements AsyncDisposable {
  readonly #hubs: HubServer;
  readonly #server: Server;
  readonly #listener: InMemoryListener;
  readonly #logger: RecordingLogger;

  private constructor(hubClass: HubConstructor, options: HubServerOptions) {
    this.#logger = new RecordingLogger();
    this.#hubs = createHubServer({ logger: this.#logger, ...options });
    const hub = this.#hubs.mapHub('/ws', hubClass);
    this.#hubs.mapHub('/direct', hubClass, { webSocketEngine: 'direct' });
    this.#listener = new InMemoryListener((connection) => hub.accept(connection));
    this.#server = createServer((request, response) => void this.#hubs.handle(request, response));
    this.#hubs.attach(this.#server);
  }

  static async start(hubClass: HubConstructor, options: HubServerOptions = {}): Promise<ServedHub> {
    const host = new ServedHub(hubClass, options);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** A client that is not started yet. */
  client(lane: Lane, protocol: HubProtocol = protocolOf(lane)): HubConnection {
    const { transport, engine } = lane;
    const settings = { protocol, reconnect: null } as const;
    if (transport === 'InMemory') return createHubConnection(this.#listener.connect, settings);
    const { port } = this.#server.address() as AddressInfo;
    return createHubConnection(`http://127.0.0.1:${port}/${engine}`, { ...settings, transports: [transport] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#listener.close();
    await this.#hubs.close();
    this.#server.closeAllConnections();
    await closed;
    this.#logger.verify();
  }
}
