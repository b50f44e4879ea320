import {
  HandshakeReader,
  JsonHubProtocol,
  joinPayloads,
  parseHandshakeRequest,
  PayloadReader,
  writeHandshakeResponse,
  type HandshakeRequest,
  type HubMessage,
  type HubProtocol,
} from '@hubwire/hub-protocol';
import { TransportError, type CloseReason, type Connection, type ConnectionFactory } from '@hubwire/transports';
import { connectionPair, type ConnectionPairOptions } from '@hubwire/transports/in-memory';
import { within } from './within.ts';

/** What arrived, in order, and who waits for the next. */
class Inbox<T> {
  readonly #items: T[] = [];
  readonly #waiters: ((item: T) => void)[] = [];

  put(item: T): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#items.push(item);
    else waiter(item);
  }

  next(what: string): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return within(new Promise<T>((resolve) => this.#waiters.push(resolve)), what);
  }

  /** What arrived and nobody took. */
  get items(): readonly T[] {
    return this.#items;
  }
}

/** The server end of one connection: does what the test says, with hub messages instead of frames. */
export class ScriptedPeer {
  readonly connectionId: string;
  readonly #connection: Connection;
  readonly #protocol: HubProtocol;
  readonly #handshakes = new Inbox<HandshakeRequest>();
  readonly #greetings = new Inbox<HubMessage>();
  readonly #messages = new Inbox<HubMessage>();
  readonly #ends = new Inbox<CloseReason>();

  constructor(connection: Connection, protocol: HubProtocol) {
    this.connectionId = connection.connectionId;
    this.#connection = connection;
    this.#protocol = protocol;
    const handshake = new HandshakeReader(4_096);
    const reader = new PayloadReader(protocol.transferFormat, 1_000_000);
    let isShaken = false;
    let isGreeted = false;
    connection.start({
      onFrame: (frame) => {
        let rest: string | Uint8Array | undefined = frame;
        if (!isShaken) {
          const progress = handshake.read(frame);
          if (progress.kind === 'incomplete') return;
          isShaken = true;
          this.#handshakes.put(parseHandshakeRequest(progress.record));
          rest = progress.rest;
        }
        if (rest === undefined) return;
        reader.read(rest, (payload) => {
          const message = protocol.parseMessage(payload);
          if (message === undefined) return;
          (isGreeted ? this.#messages : this.#greetings).put(message);
          isGreeted = true;
        });
      },
      onDrain: () => {},
      onClose: (reason) => this.#ends.put(reason),
    });
  }

  handshake(): Promise<HandshakeRequest> {
    return this.#handshakes.next('the handshake request');
  }

  /** The very first message, the ping that follows the handshake; it is not among the others. */
  greeting(): Promise<HubMessage> {
    return this.#greetings.next('the first message from the client');
  }

  /** The next message that is not a ping. */
  async next(): Promise<HubMessage> {
    const message = await this.#messages.next('a message from the client');
    return message.type === 6 ? this.next() : message;
  }

  /** The next message, pings included. */
  nextOfAny(): Promise<HubMessage> {
    return this.#messages.next('a message from the client');
  }

  /** What came and was not taken yet. */
  get unread(): readonly HubMessage[] {
    return this.#messages.items;
  }

  closed(): Promise<CloseReason> {
    return this.#ends.next('the end of the connection');
  }

  accept(...behind: readonly HubMessage[]): void {
    const answer = writeHandshakeResponse({}, this.#protocol.transferFormat);
    const rest = joinPayloads(
      behind.map((message) => this.#protocol.writeMessage(message)),
      this.#protocol.transferFormat,
    );
    this.raw(behind.length === 0 ? answer : `${String(answer)}${String(rest)}`);
  }

  refuse(error: string): void {
    this.raw(writeHandshakeResponse({ error }, this.#protocol.transferFormat));
  }

  /** All in one frame. */
  send(...messages: readonly HubMessage[]): void {
    const payloads = messages.map((message) => this.#protocol.writeMessage(message));
    this.raw(joinPayloads(payloads, this.#protocol.transferFormat));
  }

  raw(frame: string | Uint8Array): void {
    this.#connection.send(frame);
  }

  /** Stops reading, so that the client's sends pile up. */
  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  close(): void {
    this.#connection.close();
  }

  /** Breaks the connection. */
  cut(): void {
    this.#connection.abort(new TransportError('TRANSPORT_ABORTED'));
  }
}

/** A server without a port whose every step is the test's. */
export class ScriptedServer {
  readonly protocol: HubProtocol = new JsonHubProtocol();
  readonly #options: ConnectionPairOptions;
  readonly #peers = new Inbox<ScriptedPeer>();
  readonly #refusals: Error[] = [];
  attempts = 0;

  constructor(options: ConnectionPairOptions = {}) {
    this.#options = options;
  }

  readonly connect: ConnectionFactory = async (_format, signal) => {
    signal.throwIfAborted();
    this.attempts += 1;
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) throw refusal;
    const { client, server } = connectionPair(this.#options);
    this.#peers.put(new ScriptedPeer(server, this.protocol));
    return client;
  };

  /** The next attempts to connect fail, each with one of these. */
  refuseNext(...errors: readonly Error[]): void {
    this.#refusals.push(...errors);
  }

  /** The next connection, before its handshake. */
  peer(): Promise<ScriptedPeer> {
    return this.#peers.next('a connection');
  }

  /** The next connection, after its handshake. */
  async accept(): Promise<ScriptedPeer> {
    const peer = await this.peer();
    await peer.handshake();
    peer.accept();
    return peer;
  }
}
