import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpConnectionFactory } from '../client/http-connection.ts';
import type { HttpConnectionOptions } from '../client/http-connection-options.ts';
import type { Connection, TransferFormat } from '../connection.ts';
import { ConnectionEndpoint } from '../server/connection-endpoint.ts';
import type { ConnectionEndpointOptions } from '../server/connection-endpoint-options.ts';
import { ConnectionRouter } from '../server/connection-router.ts';
import type { ServerConnection } from '../server-connection.ts';
import { within } from './within.ts';

/** What is served beside the hub, by path. */
export type Pages = Readonly<Record<string, { readonly contentType: string; readonly body: string }>>;

/** Our own server half on a free port of this machine. */
export class LoopbackHost {
  readonly #server: Server;
  readonly #endpoint: ConnectionEndpoint;
  readonly #accepted: ServerConnection[] = [];
  readonly #waiting: ((connection: ServerConnection) => void)[] = [];

  private constructor(options: ConnectionEndpointOptions, pages: Pages) {
    this.#endpoint = new ConnectionEndpoint(options, (connection) => {
      const waiter = this.#waiting.shift();
      if (waiter) waiter(connection);
      else this.#accepted.push(connection);
    });
    const router = new ConnectionRouter();
    router.add('/hub', this.#endpoint);
    this.#server = createServer((request, response) => {
      if (router.handle(request, response)) return;
      const page = pages[request.url ?? ''];
      if (page === undefined) response.writeHead(404).end();
      else response.setHeader('Content-Type', page.contentType).end(page.body);
    });
    router.attach(this.#server);
  }

  static async start(options: ConnectionEndpointOptions = {}, pages: Pages = {}): Promise<LoopbackHost> {
    const host = new LoopbackHost(options, pages);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hub`;
  }

  /** The server end of the next connection. */
  accept(): Promise<ServerConnection> {
    const connection = this.#accepted.shift();
    if (connection !== undefined) return Promise.resolve(connection);
    return within(new Promise((resolve) => void this.#waiting.push(resolve)), 'a connection on the server');
  }

  async open(
    transferFormat: TransferFormat,
    options: HttpConnectionOptions,
  ): Promise<{ client: Connection; server: ServerConnection }> {
    const connect = createHttpConnectionFactory(this.url, options);
    const [client, server] = await Promise.all([connect(transferFormat, AbortSignal.timeout(5_000)), this.accept()]);
    return { client, server };
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
