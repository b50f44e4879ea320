import {
  HandshakeReader,
  joinPayloads,
  JsonHubProtocol,
  MessageType,
  PayloadReader,
  parseHandshakeResponse,
  writeHandshakeRequest,
  type CloseMessage,
  type CompletionMessage,
  type HandshakeRequest,
  type HandshakeResponse,
  type HubMessage,
  type HubProtocol,
  type InvocationMessage,
} from '@hubwire/hub-protocol';
import { TransportError, type CloseReason, type Connection, type Frame } from '@hubwire/transports';
import { connectionPair, type ConnectionPairOptions } from '@hubwire/transports/in-memory';
import type { ServerConnection } from '@hubwire/transports/server';
import { Inbox } from './inbox.ts';

export interface TestClientOptions extends ConnectionPairOptions {
  /** @default JSON */
  readonly protocol?: HubProtocol;
  /** @default version 1 of `protocol` */
  readonly handshake?: HandshakeRequest;
}

/** What a client registers for calls that await its result. */
export type TestClientHandler = (...args: readonly unknown[]) => unknown;

/** How a call of the hub ended. */
export class CallFailed extends Error {}

/**
 * A client that speaks the hub protocol over memory, message by message, so that a hub can be tested without a port and
 * without a client library. Everything it waits for has a time limit, and says what it was when that is over.
 *
 * @example
 * const hubs = createHubServer();
 * const chat = hubs.mapHub('/chat', ChatHub);
 * const client = await TestClient.connect(chat);
 * expect(await client.invoke('send', 'hello')).toBe(1);
 * expect(await client.next('messageReceived')).toEqual(['hello']);
 */
export class TestClient {
  readonly connectionId: string;
  readonly protocol: HubProtocol;
  readonly #connection: Connection;
  readonly #messages = new Inbox<HubMessage>();
  readonly #handshakes = new Inbox<HandshakeResponse>();
  readonly #ends = new Inbox<CloseReason>();
  readonly #handlers = new Map<string, TestClientHandler>();
  #lastId = 0;

  constructor(connection: Connection, protocol: HubProtocol = new JsonHubProtocol()) {
    this.connectionId = connection.connectionId;
    this.protocol = protocol;
    this.#connection = connection;
    connection.start({
      onFrame: this.#frameReader(),
      onDrain() {},
      onClose: (reason) => this.#ends.put(reason),
    });
  }

  /** Opens a connection without its handshake. */
  static open(hub: { accept(connection: ServerConnection): void }, options: TestClientOptions = {}): TestClient {
    const { client, server } = connectionPair(options);
    const testClient = new TestClient(client, options.protocol);
    hub.accept(server);
    return testClient;
  }

  /** Opens a connection and makes the handshake; rejects when the server refuses it. */
  static async connect(
    hub: { accept(connection: ServerConnection): void },
    options: TestClientOptions = {},
  ): Promise<TestClient> {
    const client = TestClient.open(hub, options);
    const { error } = await client.handshake(options.handshake);
    if (error !== undefined) throw new CallFailed(error);
    return client;
  }

  async handshake(request?: HandshakeRequest): Promise<HandshakeResponse> {
    const { name, transferFormat } = this.protocol;
    this.sendFrame(writeHandshakeRequest(request ?? { protocol: name, version: 1 }, transferFormat));
    return this.handshakeAnswer();
  }

  handshakeAnswer(): Promise<HandshakeResponse> {
    return this.#handshakes.take('the answer to the handshake');
  }

  /** Calls a method and awaits its result; rejects with a `CallFailed` that has the server's text. */
  async invoke(target: string, ...args: readonly unknown[]): Promise<unknown> {
    const { outcome } = await this.completion(this.begin(target, args));
    if (outcome.kind === 'error') throw new CallFailed(outcome.error);
    return outcome.kind === 'result' ? outcome.result : undefined;
  }

  /** Starts a call, with streams when their ids are given, and returns its id. */
  begin(target: string, args: readonly unknown[] = [], streamIds?: readonly string[]): string {
    const invocationId = this.#nextId();
    this.sendMessages(invocation({ invocationId, target, arguments: args }, streamIds));
    return invocationId;
  }

  /** Calls a method without wanting an answer. */
  send(target: string, ...args: readonly unknown[]): void {
    this.sendMessages(invocation({ target, arguments: args }));
  }

  /** Starts a call that answers with a stream and returns its id. */
  beginStream(target: string, args: readonly unknown[] = [], streamIds?: readonly string[]): string {
    const invocationId = this.#nextId();
    const streams = streamIds === undefined ? {} : { streamIds };
    this.sendMessages({ type: MessageType.StreamInvocation, invocationId, target, arguments: args, ...streams });
    return invocationId;
  }

  /** Calls a method that streams and collects the items; rejects as the stream does. */
  async stream(target: string, ...args: readonly unknown[]): Promise<readonly unknown[]> {
    const invocationId = this.beginStream(target, args);
    const items: unknown[] = [];
    for (;;) {
      const message = await this.#messages.take(
        `an item of '${target}'`,
        (candidate) =>
          (candidate.type === MessageType.StreamItem || candidate.type === MessageType.Completion) &&
          candidate.invocationId === invocationId,
      );
      if (message.type === MessageType.StreamItem) items.push(message.item);
      else if (message.type === MessageType.Completion && message.outcome.kind === 'error') {
        throw new CallFailed(message.outcome.error);
      } else return items;
    }
  }

  /** The next item of a stream that was started. */
  async item(invocationId: string): Promise<unknown> {
    const message = await this.#messages.take(
      `an item of the stream ${invocationId}`,
      (candidate) => candidate.type === MessageType.StreamItem && candidate.invocationId === invocationId,
    );
    return message.type === MessageType.StreamItem ? message.item : undefined;
  }

  /** How a call that was started ended. */
  completion(invocationId: string): Promise<CompletionMessage> {
    return this.#messages.take(
      `the completion of ${invocationId}`,
      (message) => message.type === MessageType.Completion && message.invocationId === invocationId,
    ) as Promise<CompletionMessage>;
  }

  cancel(invocationId: string): void {
    this.sendMessages({ type: MessageType.CancelInvocation, invocationId });
  }

  /** Sends items of an uploaded stream. */
  upload(streamId: string, ...items: readonly unknown[]): void {
    this.sendMessages(...items.map((item) => ({ type: MessageType.StreamItem, invocationId: streamId, item })));
  }

  /** Ends an uploaded stream, with an error or without. */
  endUpload(streamId: string, error?: string): void {
    const outcome = error === undefined ? ({ kind: 'void' } as const) : ({ kind: 'error', error } as const);
    this.sendMessages({ type: MessageType.Completion, invocationId: streamId, outcome });
  }

  /** Answers calls of the hub that await a result, from now on. Calls without a handler wait for `nextCall`. */
  on(target: string, handler: TestClientHandler): void {
    this.#handlers.set(target, handler);
  }

  /** The arguments of the hub's next call of a client method. */
  async next(target: string): Promise<readonly unknown[]> {
    const { arguments: args } = await this.nextCall(target);
    return args;
  }

  /** The hub's next call of a client method, with its id when the hub awaits a result. */
  nextCall(target: string): Promise<InvocationMessage> {
    return this.#messages.take(
      `a call of '${target}'`,
      (message) => message.type === MessageType.Invocation && message.target === target,
    ) as Promise<InvocationMessage>;
  }

  /** Answers a call that the hub awaits the result of. */
  answer(invocationId: string | undefined, result: unknown): void {
    if (invocationId === undefined) throw new Error('The hub wants no answer to this call.');
    this.sendMessages({ type: MessageType.Completion, invocationId, outcome: { kind: 'result', result } });
  }

  /** Everything that arrived and was not taken yet. */
  get unread(): readonly HubMessage[] {
    return this.#messages.items;
  }

  /** The close message that the server sends before it closes. */
  closeMessage(): Promise<CloseMessage> {
    return this.#messages.take('a close message', ({ type }) => type === MessageType.Close) as Promise<CloseMessage>;
  }

  /** The next ping. */
  async ping(): Promise<void> {
    await this.#messages.take('a ping', ({ type }) => type === MessageType.Ping);
  }

  /** The end of the connection. */
  closed(): Promise<CloseReason> {
    return this.#ends.take('the end of the connection');
  }

  /** Sends messages in one frame. */
  sendMessages(...messages: readonly HubMessage[]): void {
    const payloads = messages.map((message) => this.protocol.writeMessage(message));
    if (payloads.length > 0) this.sendFrame(joinPayloads(payloads, this.protocol.transferFormat));
  }

  /** Sends a frame as it is. */
  sendFrame(frame: Frame): void {
    this.#connection.send(frame);
  }

  /** Stops reading, so that what the server sends piles up. */
  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  /** Closes the connection in an orderly way. */
  close(): void {
    this.#connection.close();
  }

  /** Breaks the connection. */
  cut(): void {
    this.#connection.abort(new TransportError('TRANSPORT_ABORTED'));
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #frameReader(): (frame: Frame) => void {
    const handshake = new HandshakeReader(65_536);
    const messages = new PayloadReader(this.protocol.transferFormat, 64 * 1024 * 1024);
    let isOver = false;
    const readMessages = (frame: Frame): void =>
      messages.read(frame, (payload) => {
        const message = this.protocol.parseMessage(payload);
        if (message !== undefined) this.#receive(message);
      });
    return (frame) => {
      if (isOver) {
        readMessages(frame);
        return;
      }
      const progress = handshake.read(frame);
      if (progress.kind === 'incomplete') return;
      isOver = true;
      this.#handshakes.put(parseHandshakeResponse(progress.record));
      if (progress.rest !== undefined) readMessages(progress.rest);
    };
  }

  #receive(message: HubMessage): void {
    const handler = message.type === MessageType.Invocation ? this.#handlers.get(message.target) : undefined;
    if (message.type === MessageType.Invocation && message.invocationId !== undefined && handler !== undefined) {
      void this.#handle(message, message.invocationId, handler);
    } else {
      this.#messages.put(message);
    }
  }

  async #handle(message: InvocationMessage, invocationId: string, handler: TestClientHandler): Promise<void> {
    try {
      this.answer(invocationId, await handler(...message.arguments));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const outcome = { kind: 'error', error: text } as const;
      this.sendMessages({ type: MessageType.Completion, invocationId, outcome });
    }
  }
}

function invocation(
  call: Omit<InvocationMessage, 'type' | 'streamIds'>,
  streamIds?: readonly string[],
): InvocationMessage {
  return { type: MessageType.Invocation, ...call, ...(streamIds !== undefined && { streamIds }) };
}
