import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { JsonHubProtocol } from '@hubwire/hub-protocol';
import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
import { createHubServer, type HubServer, type HubServerOptions, type MappedHub } from '@hubwire/hub-server';
import { RecordingLogger } from '@hubwire/hub-server/testing';
import { within } from '../../src/within.ts';
import { HubSocket, type HubSocketOptions } from './hub-socket.ts';
import { RawSocket } from './raw-socket.ts';
import { TargetHub } from './target-hub.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface VictimOptions extends HubServerOptions {
  /** Whether an error in the log is what the test is about. @default false */
  readonly expectsErrors?: boolean;
  /** Where the hub is. @default '/hub' */
  readonly path?: string;
}

/**
 * A real server on a free port with the `TargetHub` at `/hub`, speaking both encodings. When it is disposed of it has to
 * be as it began: nothing unhandled, no connection, no socket, no error in the log, `Object.prototype` untouched.
 */
export class Victim implements AsyncDisposable {
  readonly logger = new RecordingLogger();
  readonly hubs: HubServer;
  readonly hub: MappedHub<unknown>;
  readonly server: Server;
  readonly #expectsErrors: boolean;
  readonly #faults: unknown[] = [];
  readonly #raw: RawSocket[] = [];
  readonly #polled: (() => Promise<Answer>)[] = [];

  private constructor({ expectsErrors = false, path = '/hub', ...options }: VictimOptions) {
    this.#expectsErrors = expectsErrors;
    const protocols = [new JsonHubProtocol(), new MessagePackHubProtocol()];
    this.hubs = createHubServer({ protocols, logger: this.logger, ...options });
    this.hub = this.hubs.mapHub(path, TargetHub);
    this.server = createServer((request, response) => {
      if (!this.hubs.handle(request, response)) response.writeHead(404).end('not a hub');
    });
    this.hubs.attach(this.server);
    process.on('uncaughtException', this.#note).on('unhandledRejection', this.#note);
  }

  static async start(options: VictimOptions = {}): Promise<Victim> {
    const victim = new Victim(options);
    victim.server.listen(0, '127.0.0.1');
    await once(victim.server, 'listening');
    return victim;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async raw(options?: { readonly staysOpen?: boolean }): Promise<RawSocket> {
    const socket = await RawSocket.open(this.port, options);
    this.#raw.push(socket);
    return socket;
  }

  client(options?: HubSocketOptions): Promise<HubSocket> {
    return HubSocket.open(this.port, options);
  }

  request(path: string, options: RequestOptions = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, body } = options;
    const answer = new Promise<Answer>((resolve, reject) => {
      const target = { host: '127.0.0.1', port: this.port, path, method, headers, agent: false } as const;
      const outgoing = httpRequest(target, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        incoming.on('end', () => {
          const { statusCode = 0, headers } = incoming;
          resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() });
        });
      });
      outgoing.on('error', reject).end(body);
    });
    return within(answer, `${method} ${path} is answered`);
  }

  /** Negotiates and gives the path with the connection's token. */
  async negotiate(headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { status, body } = await this.request('/hub/negotiate?negotiateVersion=1', { method: 'POST', headers });
    if (status !== 200) throw new Error(`Negotiate was answered ${status}: ${body}`);
    const { connectionToken } = JSON.parse(body) as { readonly connectionToken: string };
    return `/hub?id=${connectionToken}`;
  }

  /** Opens a connection over long polling, its handshake done. */
  async poll(headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const path = await this.negotiate(headers);
    const post = (body: string): Promise<Answer> => this.request(path, { method: 'POST', headers, body });
    await this.request(path, { headers });
    this.#polled.push(() => this.request(path, { method: 'DELETE', headers }));
    await post('{"protocol":"json","version":1}\u001E');
    await this.request(path, { headers });
    return path;
  }

  /** Resolves when that many connections are left. */
  async whenConnected(count: number, ms?: number): Promise<void> {
    await this.#until(() => this.hub.connectionCount === count, `${count} connections are left`, ms);
  }

  /** Resolves when that many sockets are left. */
  async whenSockets(count: number, ms?: number): Promise<void> {
    const sockets = promisify(this.server.getConnections.bind(this.server));
    await this.#until(async () => (await sockets()) === count, `${count} sockets are left`, ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const socket of this.#raw) socket.cut();
      // A client between two polls would be waited for.
      for (const end of this.#polled) await end();
      await within(this.hubs.close(), 'the hubs close');
      this.server.closeIdleConnections();
      await this.whenSockets(0);
      await within(promisify(this.server.close.bind(this.server))(), 'the server closes');
    } finally {
      this.server.closeAllConnections();
      process.off('uncaughtException', this.#note).off('unhandledRejection', this.#note);
    }
    if (this.#faults.length > 0) throw new AggregateError(this.#faults, 'Something was not handled.');
    if (!this.#expectsErrors) this.logger.verify();
    if (Reflect.ownKeys(Object.prototype).length !== ownKeysAtStart) throw new Error('Object.prototype was changed.');
    if (TargetHub.intrusions.length > 0) throw new Error(`Reached: ${TargetHub.intrusions.splice(0).join(', ')}`);
  }

  readonly #note = (fault: unknown): void => {
    this.#faults.push(fault);
  };

  async #until(holds: () => boolean | Promise<boolean>, what: string, ms?: number): Promise<void> {
    const isOver = new AbortController();
    const loop = async (): Promise<void> => {
      while (!isOver.signal.aborted && !(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    try {
      await within(loop(), what, ms);
    } finally {
      isOver.abort();
    }
  }
}

const ownKeysAtStart = Reflect.ownKeys(Object.prototype).length;
