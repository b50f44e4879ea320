import { PayloadReader, type Payload } from '@hubwire/hub-protocol';
import type * as signalr10 from '@microsoft/signalr';

interface ClientEnd {
  readyState: number;
  onopen?(event: object): void;
  onmessage?(event: { readonly data: string | ArrayBuffer }): void;
  onclose?(event: { readonly code: number; readonly wasClean: boolean }): void;
}

/** A WebSocket for the official client: accepts the handshake and keeps what the client sends. */
export class RecordingWebSocket {
  readonly payloads: Payload[] = [];
  readonly #protocol: signalr10.IHubProtocol;
  readonly #reader: PayloadReader;
  #client: ClientEnd | undefined;
  #isHandshakeOver = false;
  #waiting: { readonly count: number; resolve(): void } | undefined;

  constructor(protocol: signalr10.IHubProtocol) {
    this.#protocol = protocol;
    this.#reader = new PayloadReader(protocol.name === 'json' ? 'Text' : 'Binary', 1_000_000);
  }

  /** The class that the client makes its WebSocket of. */
  constructorForClient(): object {
    const open = (client: ClientEnd): void => this.#open(client);
    const take = (frame: string | ArrayBuffer): void => this.#take(frame);
    class ClientWebSocket implements ClientEnd {
      static readonly OPEN = 1;
      readyState = ClientWebSocket.OPEN;
      onclose?: NonNullable<ClientEnd['onclose']>;
      constructor() {
        open(this);
      }
      send(frame: string | ArrayBuffer): void {
        take(frame);
      }
      close(): void {
        this.readyState = 3;
        this.onclose?.({ code: 1000, wasClean: true });
      }
    }
    return ClientWebSocket;
  }

  /** Says something to the client. */
  receive(message: signalr10.HubMessage): void {
    this.#client?.onmessage?.({ data: this.#protocol.writeMessage(message) });
  }

  /** Settles once the client has sent so many messages. */
  async sent(count: number): Promise<void> {
    if (this.payloads.length >= count) return;
    await new Promise<void>((resolve) => (this.#waiting = { count, resolve }));
  }

  #open(client: ClientEnd): void {
    this.#client = client;
    queueMicrotask(() => client.onopen?.({}));
  }

  #take(frame: string | ArrayBuffer): void {
    if (!this.#isHandshakeOver) {
      this.#isHandshakeOver = true;
      const answer = '{}\u001e';
      const data = this.#protocol.name === 'json' ? answer : Uint8Array.from(Buffer.from(answer)).buffer;
      queueMicrotask(() => this.#client?.onmessage?.({ data }));
      return;
    }
    this.#reader.read(typeof frame === 'string' ? frame : new Uint8Array(frame), (payload) => {
      this.payloads.push(typeof payload === 'string' ? payload : payload.slice());
    });
    if (this.#waiting !== undefined && this.payloads.length >= this.#waiting.count) this.#waiting.resolve();
  }
}
