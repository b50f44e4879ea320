import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { promisify } from 'node:util';
import {
  createHubServer,
  Hub,
  hubMethod,
  type HubClients,
  type HubOptions,
  type HubServer,
  type MappedHub,
} from '@hubwire/hub-server';
import { RecordingLogger } from '@hubwire/hub-server/testing';
import { HubSocket } from '../../security/testing/hub-socket.ts';
import { within } from '../../src/within.ts';
import { openSlowReader, type slowTransports, type SlowReader } from './slow-reader.ts';

export interface TickerClient {
  tick(name: string, padding: string): void;
}

export class TickerHub extends Hub<TickerClient> {
  @hubMethod() ping(): string {
    return 'pong';
  }
  /** Always has a next item at once. */
  @hubMethod() async *endless(): AsyncGenerator<string> {
    for (;;) yield 'item';
  }
}

const patience = { sendTimeoutMs: 60_000, disconnectTimeoutMs: 60_000, clientTimeoutMs: 120_000 } as const;

/** A server with one client that reads, and one that has stopped and whose transport is full. */
export class TickerHost implements AsyncDisposable {
  readonly logger = new RecordingLogger();
  readonly hub: MappedHub<TickerClient>;
  readonly #hubs: HubServer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients: { cut(): void }[] = [];

  constructor(options: HubOptions) {
    this.#hubs = createHubServer({ logger: this.logger });
    this.hub = this.#hubs.mapHub('/hub', TickerHub, { ...patience, ...options });
    this.#server = createServer((request, response) => this.#hubs.handle(request, response));
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#hubs.attach(this.#server);
  }

  static async start(options: HubOptions): Promise<TickerHost> {
    const host = new TickerHost(options);
    host.#server.listen(0, '127.0.0.1');
    await once(host.#server, 'listening');
    return host;
  }

  get all(): ReturnType<HubClients<TickerClient>['clients']> {
    return this.hub.context.clients.all;
  }

  /** The most that a socket of this server has buffered. */
  get bufferedBytes(): number {
    return Math.max(...Array.from(this.#sockets, ({ writableLength }) => writableLength));
  }

  async quick(): Promise<HubSocket> {
    const client = await HubSocket.open(this.#port);
    this.#clients.push(client);
    return client;
  }

  /** A client whose transport takes no more, the operating system's buffers included. */
  async stuck(transport: (typeof slowTransports)[number]): Promise<SlowReader> {
    const { connections, clients } = this.hub.context;
    const others = new Set(await connections.list());
    const reader = await openSlowReader(transport, this.#port);
    this.#clients.push(reader);
    const connectionId = (await connections.list()).find((id) => !others.has(id)) ?? '';
    reader.stop();
    const volatile = clients.client(connectionId).withOptions({ slowConsumer: 'drop' });
    const fill = async (): Promise<void> => {
      while (!this.logged('messageDropped')) {
        await volatile.tick('filler', '.'.repeat(32_768));
        await turn();
      }
    };
    await within(fill(), 'the transport is full', 20_000);
    return reader;
  }

  logged(event: string): boolean {
    return this.logger.events.some((logged) => logged.event === event);
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.cut();
    await within(this.#hubs.close(), 'the hubs close', 15_000);
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await within(promisify(this.#server.close.bind(this.#server))(), 'the server closes');
    this.logger.verify();
  }
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
