import { once } from 'node:events';
import {
  joinPayloads,
  JsonHubProtocol,
  MessageType,
  PayloadReader,
  writeHandshakeRequest,
  type CompletionOutcome,
  type HubMessage,
  type HubProtocol,
} from '@hubwire/hub-protocol';
import { WebSocket, type RawData } from 'ws';
import { within } from '../../src/within.ts';

export interface HubSocketOptions {
  readonly path?: string;
  readonly protocol?: HubProtocol;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default true */
  readonly shakesHands?: boolean;
}

const handshakeEnd = 0x1e;

/** A client that says whatever it is told to, over a WebSocket without negotiation. */
export class HubSocket {
  readonly messages: HubMessage[] = [];
  readonly socket: WebSocket;
  readonly #protocol: HubProtocol;
  readonly #closed: Promise<number>;
  readonly #watchers = new Set<() => void>();
  #calls = 0;

  private constructor(socket: WebSocket, protocol: HubProtocol) {
    this.socket = socket;
    this.#protocol = protocol;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
  }

  static async open(port: number, options: HubSocketOptions = {}): Promise<HubSocket> {
    const { path = '/hub', protocol = new JsonHubProtocol(), headers = {}, shakesHands = true } = options;
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: false });
    const client = new HubSocket(socket, protocol);
    await within(once(socket, 'open'), 'the WebSocket opens');
    if (shakesHands) await client.shakeHands();
    return client;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  async shakeHands(): Promise<void> {
    const { name, transferFormat } = this.#protocol;
    const answered = once(this.socket, 'message');
    this.sendFrame(writeHandshakeRequest({ protocol: name, version: 1 }, transferFormat));
    const [answer] = (await within(answered, 'the handshake is answered')) as [Buffer];
    const end = answer.indexOf(handshakeEnd) + 1;
    const response = answer.subarray(0, end - 1).toString();
    if (response !== '{}') throw new Error(`The handshake was answered ${response}.`);
    const reader = new PayloadReader(transferFormat, 64 * 1024 * 1024);
    const read = (frame: Buffer): void =>
      reader.read(frame, (payload) => {
        const message = this.#protocol.parseMessage(payload);
        if (message !== undefined) this.#take(message);
      });
    if (end < answer.length) read(answer.subarray(end));
    this.socket.on('message', (data: RawData) => read(data as Buffer));
  }

  send(...messages: readonly HubMessage[]): void {
    const payloads = messages.map((message) => this.#protocol.writeMessage(message));
    this.sendFrame(joinPayloads(payloads, this.#protocol.transferFormat));
  }

  /** Sends bytes or text as they are, in one WebSocket message. */
  sendFrame(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  /** Calls a method and resolves with how it ended. */
  async call(target: string, ...args: readonly unknown[]): Promise<CompletionOutcome> {
    const invocationId = `call-${++this.#calls}`;
    this.send({ type: MessageType.Invocation, invocationId, target, arguments: args });
    return this.outcomeOf(invocationId, target);
  }

  /** How the call with this id ended, or ends. */
  async outcomeOf(invocationId: string, what: string): Promise<CompletionOutcome> {
    const isIts = (message: HubMessage): boolean =>
      message.type === MessageType.Completion && message.invocationId === invocationId;
    const message = await this.until(isIts, `'${what}' is answered`);
    if (message.type !== MessageType.Completion) throw new Error('It is a completion.');
    return message.outcome;
  }

  /** Resolves with the first message that matches, past ones included. */
  async until(matches: (message: HubMessage) => boolean, what: string): Promise<HubMessage> {
    let watch = (): void => {};
    const found = new Promise<HubMessage>((resolve) => {
      watch = () => {
        const message = this.messages.find(matches);
        if (message !== undefined) resolve(message);
      };
    });
    this.#watchers.add(watch);
    watch();
    const ended = this.#closed.then((code) => {
      throw new Error(`Closed with ${code} before ${what}.`);
    });
    ended.catch(() => {});
    try {
      return await within(Promise.race([found, ended]), what);
    } finally {
      this.#watchers.delete(watch);
    }
  }

  /** The error of the close message, when one came before the end. */
  async closedWith(what: string, ms?: number): Promise<{ readonly code: number; readonly error: string | undefined }> {
    const code = await within(this.#closed, what, ms);
    const close = this.messages.find(({ type }) => type === MessageType.Close);
    return { code, error: close?.type === MessageType.Close ? close.error : undefined };
  }

  cut(): void {
    this.socket.terminate();
  }

  #take(message: HubMessage): void {
    this.messages.push(message);
    for (const watch of this.#watchers) watch();
  }
}
