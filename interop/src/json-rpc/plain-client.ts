import { on, once } from 'node:events';
import { WebSocket } from 'ws';
import { within } from '../within.ts';

/** A WebSocket and nothing else: frames go out as they are given and come in as they are. */
export class PlainClient implements Disposable {
  readonly #webSocket: WebSocket;
  readonly #messages: AsyncIterator<unknown[]>;
  /** The code that the WebSocket was closed with. */
  readonly closed: Promise<unknown>;

  constructor(url: string) {
    this.#webSocket = new WebSocket(url);
    this.#messages = on(this.#webSocket, 'message');
    this.closed = once(this.#webSocket, 'close').then(([code]) => code);
  }

  static async open(url: string): Promise<PlainClient> {
    const client = new PlainClient(url);
    await within(once(client.#webSocket, 'open'), 'the WebSocket opens');
    return client;
  }

  send(frame: string | Uint8Array): void {
    this.#webSocket.send(frame);
  }

  async next(): Promise<string> {
    const { value } = await within(this.#messages.next(), 'a frame');
    return String((value as unknown[])[0]);
  }

  /** Sends a frame and gives the one that comes back. */
  ask(frame: string | Uint8Array): Promise<string> {
    this.send(frame);
    return this.next();
  }

  [Symbol.dispose](): void {
    this.#webSocket.close();
  }
}
