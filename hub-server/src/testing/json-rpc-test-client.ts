import type { CloseReason, Connection } from '@hubwire/transports';
import { connectionPair, type ConnectionPairOptions } from '@hubwire/transports/in-memory';
import type { ServerConnection } from '@hubwire/transports/server';
import { Inbox } from './inbox.ts';

/** A client that sends what it is told over memory and has no idea of hubs. */
export class JsonRpcTestClient {
  readonly connectionId: string;
  readonly #connection: Connection;
  readonly #frames = new Inbox<string>();
  readonly #ends = new Inbox<CloseReason>();

  constructor(hub: { accept(connection: ServerConnection): void }, options: ConnectionPairOptions = {}) {
    const { client, server } = connectionPair({ isBare: true, ...options });
    this.connectionId = client.connectionId;
    this.#connection = client;
    client.start({
      onFrame: (frame) => this.#frames.put(String(frame)),
      onDrain() {},
      onClose: (reason) => this.#ends.put(reason),
    });
    hub.accept(server);
  }

  /** Sends a frame as it is, or a value as JSON. */
  send(message: unknown): void {
    const isFrame = typeof message === 'string' || message instanceof Uint8Array;
    this.#connection.send(isFrame ? message : JSON.stringify(message));
  }

  /** Sends a request and takes its answer, without the version. */
  async call(method: string, params?: unknown, id: unknown = 1): Promise<unknown> {
    this.send({ jsonrpc: '2.0', method, ...(params !== undefined && { params }), id });
    const { jsonrpc, ...answer } = (await this.next()) as Record<string, unknown>;
    return jsonrpc === '2.0' ? answer : `no JSON-RPC: ${JSON.stringify(answer)}`;
  }

  notify(method: string, ...params: readonly unknown[]): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  /** The next frame, read. */
  async next(): Promise<unknown> {
    return JSON.parse(await this.nextFrame());
  }

  nextFrame(): Promise<string> {
    return this.#frames.take('a frame');
  }

  /** Frames that nobody took. */
  get unread(): readonly string[] {
    return this.#frames.items;
  }

  closed(): Promise<CloseReason> {
    return this.#ends.take('the end of the connection');
  }

  /** Stops reading, so that what the server sends piles up. */
  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  close(): void {
    this.#connection.close();
  }
}
