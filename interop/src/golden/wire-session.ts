import { createRequire } from 'node:module';

import type * as signalrMessagePack from '@microsoft/signalr-protocol-msgpack';
import type { HubMessage, IHubProtocol } from '@microsoft/signalr';
import { WebSocket } from 'ws';

import type { ProtocolName } from '../interop-client.ts';

const require = createRequire(import.meta.url);
const { MessagePackHubProtocol } = require('@microsoft/signalr-protocol-msgpack') as typeof signalrMessagePack;
const messagePack: IHubProtocol = new MessagePackHubProtocol();
const silent = { log: () => {} };
const recordSeparator = 0x1e;

/** One message of the server: what it says, and how it was written. */
export interface WireMessage {
  readonly message: unknown;
  readonly wire: string;
}

/** A raw WebSocket that cuts what comes into messages; the first is always the handshake record. */
export class WireSession {
  readonly #socket: WebSocket;
  readonly #protocol: ProtocolName;
  readonly #messages: WireMessage[] = [];
  #buffer = Buffer.alloc(0);
  #shakenHands = false;
  #closeCode: number | undefined;
  #wake = (): void => {};

  constructor(url: string, protocol: ProtocolName) {
    this.#protocol = protocol;
    this.#socket = new WebSocket(url.replace(/^http/, 'ws'));
    this.#socket.on('message', (data: Buffer) => this.#receive(data));
    this.#socket.on('close', (code) => {
      this.#closeCode = code;
      this.#wake();
    });
    this.#socket.on('error', () => {});
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('error', reject);
    });
  }

  /** The next message, or the code of the server's close, or `undefined` when `ms` milliseconds went by. */
  async next(ms: number): Promise<WireMessage | number | undefined> {
    const deadline = Date.now() + ms;
    for (;;) {
      const message = this.#messages.shift() ?? this.#closeCode;
      const left = deadline - Date.now();
      if (message !== undefined || left <= 0) return message;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  sendRecord(record: string): void {
    this.#write(Buffer.from(`${record}\u001e`), this.#protocol === 'messagepack');
  }

  sendMessages(messages: readonly object[]): void {
    const frames = messages.map((message) =>
      this.#protocol === 'json'
        ? Buffer.from(`${JSON.stringify(message)}\u001e`)
        : Buffer.from(messagePack.writeMessage(message as HubMessage) as ArrayBuffer),
    );
    this.#write(Buffer.concat(frames), this.#protocol === 'messagepack');
  }

  sendRaw(raw: string, as: 'text' | 'hex'): void {
    this.#write(Buffer.from(raw, as === 'hex' ? 'hex' : 'utf8'), as === 'hex');
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #write(data: Buffer, binary: boolean): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(data, { binary });
  }

  #receive(data: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const end = this.#shakenHands && this.#protocol === 'messagepack' ? this.#binaryEnd() : this.#textEnd();
      if (end === undefined || end > this.#buffer.length) break;
      this.#messages.push(this.#read(this.#buffer.subarray(0, end)));
      this.#buffer = this.#buffer.subarray(end);
      this.#shakenHands = true;
    }
    this.#wake();
  }

  #textEnd(): number | undefined {
    const index = this.#buffer.indexOf(recordSeparator);
    return index < 0 ? undefined : index + 1;
  }

  /** A varint length, seven bits to a byte, and that many bytes. */
  #binaryEnd(): number | undefined {
    let length = 0;
    for (let index = 0; index < Math.min(5, this.#buffer.length); index += 1) {
      const byte = this.#buffer[index] ?? 0;
      length += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return index + 1 + length;
    }
    return undefined;
  }

  #read(frame: Buffer): WireMessage {
    if (frame.at(-1) === recordSeparator && !(this.#shakenHands && this.#protocol === 'messagepack')) {
      const wire = frame.subarray(0, -1).toString();
      return { message: JSON.parse(wire), wire };
    }
    const bytes = Uint8Array.from(frame);
    const [message] = messagePack.parseMessages(bytes.buffer, silent);
    return { message: printable(message), wire: frame.toString('hex') };
  }
}

/** The message as JSON has it, without the members that the parser leaves empty. */
function printable(message: unknown): unknown {
  const text = JSON.stringify(message, (name, value: unknown) => {
    if (name === 'headers') return undefined;
    if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
    return value;
  });
  return JSON.parse(text);
}
