import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { CloseReason, ConnectionReceiver, Frame } from '../connection.ts';
import type { Logger } from '../logger.ts';
import type { Clock } from '../server/clock.ts';
import { ConnectionEndpoint } from '../server/connection-endpoint.ts';
import type { ConnectionEndpointOptions } from '../server/connection-endpoint-options.ts';
import { ConnectionRouter } from '../server/connection-router.ts';
import type { ServerConnection } from '../server-connection.ts';
import { within } from './within.ts';

export { within };

/** Values that come one by one, and what waits for them. */
export class Inbox<T> {
  readonly #values: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  readonly put = (value: T): void => {
    const next = this.#waiting.shift();
    if (next === undefined) this.#values.push(value);
    else next(value);
  };

  get size(): number {
    return this.#values.length;
  }

  next(what: string): Promise<T> {
    const value = this.#values.shift();
    if (value !== undefined) return Promise.resolve(value);
    return within(new Promise<T>((resolve) => this.#waiting.push(resolve)), what);
  }
}

/** Owns a connection and remembers all that it is told. */
export class RecordingReceiver implements ConnectionReceiver {
  readonly frames = new Inbox<string>();
  readonly drains = new Inbox<'drained'>();
  readonly closes = new Inbox<CloseReason>();
  readonly signsOfLife = new Inbox<'alive'>();
  readonly seen: string[] = [];

  onFrame(frame: Frame): void {
    const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString();
    this.seen.push(text);
    this.frames.put(text);
  }

  onDrain(): void {
    this.drains.put('drained');
  }

  onAlive(): void {
    this.signsOfLife.put('alive');
  }

  onClose(reason: CloseReason): void {
    this.seen.push(`closed: ${reason.kind}`);
    this.closes.put(reason);
  }
}

/** Time that moves only when told to. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #ticks = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  get timers(): number {
    return this.#ticks.size;
  }

  every(_intervalMs: number, tick: () => void): () => void {
    this.#ticks.add(tick);
    return () => this.#ticks.delete(tick);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const tick of this.#ticks) tick();
  }
}

export interface TestServerOptions extends ConnectionEndpointOptions {
  /** In place of starting a recorder at once. */
  readonly onConnection?: (connection: ServerConnection) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** An HTTP server on a free port with one endpoint at `/hub`. */
export class TestServer {
  readonly clock = new ManualClock();
  readonly connections = new Inbox<ServerConnection>();
  readonly logged: string[] = [];
  /** Every request once the server has its head. */
  readonly requests = new Inbox<string>();
  readonly router = new ConnectionRouter();
  readonly endpoint: ConnectionEndpoint;
  readonly server: Server;
  readonly #receivers = new Map<string, RecordingReceiver>();

  private constructor({ onConnection, ...options }: TestServerOptions) {
    const logger: Logger = {
      log: (level, event, fields) => this.logged.push(`${level} ${event} ${JSON.stringify(fields)}`),
    };
    const record = (connection: ServerConnection) => connection.start(this.receiverOf(connection));
    this.endpoint = new ConnectionEndpoint(
      { logger, ...options },
      (connection) => {
        (onConnection ?? record)(connection);
        this.connections.put(connection);
      },
      this.clock,
    );
    this.router.add('/hub', this.endpoint);
    this.server = createServer((request, response) => {
      this.requests.put(`${request.method} ${request.url}`);
      if (!this.router.handle(request, response)) response.writeHead(404).end('not ours');
    });
    this.router.attach(this.server);
  }

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const host = new TestServer(options);
    host.server.listen(0, '127.0.0.1');
    await once(host.server, 'listening');
    return host;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  receiverOf({ connectionId }: { readonly connectionId: string }): RecordingReceiver {
    const receiver = this.#receivers.get(connectionId) ?? new RecordingReceiver();
    this.#receivers.set(connectionId, receiver);
    return receiver;
  }

  request(path: string, options: RequestOptions = {}): Promise<Answer> {
    return sendRequest(this.port, path, options);
  }

  async negotiate(query = 'negotiateVersion=1', headers: Record<string, string> = {}): Promise<Negotiated> {
    const { status, body } = await this.request(`/hub/negotiate?${query}`, { method: 'POST', headers });
    if (status !== 200) throw new Error(`negotiate answered ${status}: ${body}`);
    const fields = JSON.parse(body) as Partial<Negotiated>;
    const connectionId = fields.connectionId ?? '';
    return { connectionId, connectionToken: fields.connectionToken ?? connectionId };
  }

  webSocket(path: string, headers: Record<string, string> = {}): WebSocket {
    return new WebSocket(`ws://127.0.0.1:${this.port}${path}`, { headers, perMessageDeflate: false });
  }

  /** Resolves when no connection is left. */
  async whenEmpty(): Promise<void> {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const empty = async () => {
      while (this.endpoint.connections > 0) await turn();
    };
    await within(empty(), 'no connection is left');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.router.close();
    this.clock.advance(1_000_000);
    await within(closed, 'the router closes');
    this.server.closeAllConnections();
    await within(new Promise((resolve) => this.server.close(resolve)), 'the server closes');
  }
}

export interface Negotiated {
  readonly connectionId: string;
  readonly connectionToken: string;
}

export function sendRequest(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, signal } = options;
  const answer = new Promise<Answer>((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, signal, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  return within(answer, `${method} ${path} is answered`);
}

/** The status that an upgrade was refused with, or 101. */
export function upgradeStatus(webSocket: WebSocket): Promise<number> {
  const status = new Promise<number>((resolve) => {
    webSocket.on('open', () => resolve(101));
    webSocket.on('error', () => {});
    webSocket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
  });
  return within(status, 'the upgrade is answered');
}

/** A request whose answer is read as it comes. */
export class OpenRequest {
  readonly chunks = new Inbox<string>();
  readonly answered = new Inbox<{ readonly status: number; readonly headers: IncomingHttpHeaders }>();
  readonly ended = new Inbox<'complete' | 'broken'>();
  #incoming: IncomingMessage | undefined;
  readonly #outgoing: ClientRequest;

  constructor(port: number, path: string, { method = 'GET', headers = {} }: RequestOptions = {}) {
    this.#outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      this.#incoming = incoming;
      this.answered.put({ status: incoming.statusCode ?? 0, headers: incoming.headers });
      incoming.on('data', (chunk: Buffer) => this.chunks.put(chunk.toString()));
      incoming.on('error', () => {});
      incoming.on('close', () => this.ended.put(incoming.complete ? 'complete' : 'broken'));
    });
    this.#outgoing.on('error', () => this.#incoming ?? this.ended.put('broken'));
    if (method === 'GET') this.#outgoing.end();
  }

  /** Sends a part of the body. */
  write(part: string): void {
    this.#outgoing.write(part);
  }

  end(part = ''): void {
    this.#outgoing.end(part);
  }

  /** Stops reading. */
  pause(): void {
    this.#incoming?.pause();
  }

  resume(): void {
    this.#incoming?.resume();
  }

  abort(): void {
    this.#outgoing.destroy();
  }
}

/** Resolves when the server has come to the end of what it had to do right now. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
