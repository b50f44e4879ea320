import { Client } from 'rpc-websockets';
import { within } from '../within.ts';

/** The client of `rpc-websockets` as published, connected. */
export class RpcWebSocketsClient implements Disposable {
  readonly client: Client;

  /** With `reconnect` it tries every 50 ms, for ever. */
  constructor(url: string, reconnect = false) {
    this.client = new Client(url, { autoconnect: false, reconnect, reconnect_interval: 50, max_reconnects: 0 });
    this.client.on('error', () => {});
  }

  static async open(url: string, reconnect = false): Promise<RpcWebSocketsClient> {
    const opened = new RpcWebSocketsClient(url, reconnect);
    const open = new Promise<void>((resolve) => opened.client.once('open', resolve));
    opened.client.connect();
    await within(open, 'rpc-websockets connects');
    return opened;
  }

  call(method: string, params?: Record<string, unknown> | unknown[]): Promise<unknown> {
    return within(this.client.call(method, params), `rpc-websockets is answered by ${method}`);
  }

  /** The arguments with which the next event of this name is emitted. */
  nextEvent(name: string): Promise<unknown[]> {
    const event = new Promise<unknown[]>((resolve) => this.client.once(name, (...args: unknown[]) => resolve(args)));
    return within(event, `rpc-websockets emits ${name}`);
  }

  [Symbol.dispose](): void {
    this.client.setAutoReconnect(false);
    this.client.close();
  }
}
