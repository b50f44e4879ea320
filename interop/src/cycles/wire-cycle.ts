import { Agent, request, type IncomingMessage } from 'node:http';

import { WebSocket } from 'ws';

import type { TransportName } from '../interop-client.ts';
import { within } from '../within.ts';

const handshake = '{"protocol":"json","version":1}\u001e';
const connected = '"target":"Connected"';

/** Clients that do no more than they have to: negotiate, shake hands, hear of `onConnected`, and leave. */
export class WireCycle implements Disposable {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #transport: TransportName;

  constructor(url: string, transport: TransportName) {
    this.#url = url;
    this.#transport = transport;
  }

  async run(): Promise<void> {
    const negotiated = await this.#send('POST', `${this.#url}/negotiate?negotiateVersion=1`);
    const { connectionToken } = JSON.parse(negotiated) as { readonly connectionToken: string };
    const address = `${this.#url}?id=${connectionToken}`;
    switch (this.#transport) {
      case 'WebSockets':
        return this.#runWebSocket(address);
      case 'ServerSentEvents':
        return this.#runEventStream(address);
      case 'LongPolling':
        return this.#runPolls(address);
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #runWebSocket(address: string): Promise<void> {
    const socket = new WebSocket(address.replace('http', 'ws'), { perMessageDeflate: false });
    const closed = new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(handshake));
      socket.on('message', (data: Buffer) => data.toString().includes(connected) && socket.close());
      socket.on('close', () => resolve());
    });
    return within(closed, 'the WebSocket is closed', 15_000);
  }

  async #runEventStream(address: string): Promise<void> {
    // A stream ends with its socket, which is therefore none of the agent's.
    const outgoing = request(address, { agent: false, headers: { accept: 'text/event-stream' } });
    const stream = await within(
      new Promise<IncomingMessage>((resolve, reject) => outgoing.on('response', resolve).on('error', reject).end()),
      'the stream opens',
      15_000,
    );
    const heard = new Promise<void>((resolve) => {
      stream.on('data', (data: Buffer) => data.toString().includes(connected) && resolve());
    });
    await this.#send('POST', address, handshake);
    await within(heard, 'the hub calls Connected', 15_000);
    const closed = new Promise((resolve) => stream.on('close', resolve).on('error', () => {}));
    outgoing.destroy();
    await within(closed, 'the stream is closed');
  }

  async #runPolls(address: string): Promise<void> {
    await this.#send('GET', address);
    await this.#send('POST', address, handshake);
    let heard = '';
    while (!heard.includes(connected)) heard += await this.#send('GET', address);
    await this.#send('DELETE', address);
  }

  /** The body of the answer. */
  #send(method: string, url: string, body?: string): Promise<string> {
    const answered = new Promise<string>((resolve, reject) => {
      const outgoing = request(url, { method, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const isFine = response.statusCode === 200 || response.statusCode === 202;
          if (isFine) resolve(text);
          else reject(new Error(`${method} was answered with ${response.statusCode}: ${text}`));
        });
      });
      outgoing.on('error', reject).end(body);
    });
    return within(answered, `${method} is answered`, 15_000);
  }
}
