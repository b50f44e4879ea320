import {
  HandshakeReader,
  MessageType,
  writeHandshakeResponse,
  type CloseMessage,
  type HubProtocol,
} from '@hubwire/hub-protocol';
import { nullId, writeFailure } from '@hubwire/hub-protocol/json-rpc';
import {
  TransportError,
  type CloseReason,
  type Connection,
  type ConnectionReceiver,
  type Frame,
} from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import { describeError, errorTexts, textOf } from '../dispatch/error-texts.ts';
import { HubServerError } from '../errors.ts';
import type { ResolvedJsonRpcOptions } from '../json-rpc-options.ts';
import { transition, type HubConnectionState, type HubSession } from './connection-lifecycle.ts';
import { readHandshake } from './handshake.ts';
import { HubConnectionContext, type HubConnectionParts } from './hub-connection-context.ts';
import type { HubConnectionEnvironment } from './hub-connection-environment.ts';
import { HubMessageSession } from './hub-message-session.ts';
import { JsonRpcConnectionContext } from './json-rpc-connection-context.ts';
import { beginsJsonRpc, JsonRpcSession } from './json-rpc-session.ts';
import type { Swept } from './sweeper.ts';

/** What a connection tells the one who started it. */
export interface HubConnectionOwner {
  /** The connection has ended and `onDisconnected` has run. */
  connectionEnded(handler: HubConnectionHandler): void;
}

/** One connection from its handshake to its end. HubProtocol.md. */
export class HubConnectionHandler implements ConnectionReceiver, Swept {
  /** When it was accepted, by the clock of the hub's sweeps. */
  readonly openedMs: number;
  readonly #connection: Connection | ServerConnection;
  readonly #environment: HubConnectionEnvironment;
  readonly #owner: HubConnectionOwner;
  #state: HubConnectionState;

  constructor(
    connection: Connection | ServerConnection,
    environment: HubConnectionEnvironment,
    owner: HubConnectionOwner,
  ) {
    const { options, sweeper } = environment;
    this.#connection = connection;
    this.#environment = environment;
    this.#owner = owner;
    this.openedMs = sweeper.now;
    this.#state = {
      name: 'handshaking',
      reader: new HandshakeReader(options.maximumReceiveMessageBytes),
      deadline: sweeper.now + options.handshakeTimeoutMs,
    };
  }

  get connectionId(): string {
    return this.#connection.connectionId;
  }

  /** Bytes that wait for the client to read. */
  get bufferedBytes(): number {
    const session = 'session' in this.#state ? this.#state.session : undefined;
    return session?.context.queuedBytes ?? this.#connection.bufferedBytes;
  }

  /** `false` before the handshake is done, and once the connection is ending. */
  get isOpen(): boolean {
    return this.#state.name === 'connecting' || this.#state.name === 'connected';
  }

  start(): void {
    this.#environment.sweeper.add(this);
    this.#connection.start(this);
  }

  /** Ends the connection in an orderly way; clients reconnect only when `allowReconnect`. */
  close(message: Omit<CloseMessage, 'type'> = {}, error?: Error): void {
    const state = this.#state;
    switch (state.name) {
      case 'handshaking':
        this.#state = transition(state, { name: 'closing', session: undefined, error });
        this.#connection.close({ goingAway: message.allowReconnect === true });
        break;
      case 'connecting':
      case 'connected':
        this.#state = transition(state, { name: 'closing', session: state.session, error });
        state.session.context.close({ type: MessageType.Close, ...message });
        break;
      case 'closing':
      case 'closed':
    }
  }

  /** Ends the connection at once, dropping what is queued. */
  abort(cause: HubServerError): void {
    this.#connection.abort(new TransportError('TRANSPORT_ABORTED', undefined, { cause }));
  }

  onFrame(frame: Frame): void {
    const state = this.#state;
    switch (state.name) {
      case 'handshaking':
        this.#readHandshake(state.reader, frame);
        break;
      case 'connecting':
      case 'connected':
        this.#readMessages(state.session, frame);
        break;
      case 'closing':
      case 'closed':
    }
  }

  onDrain(): void {
    if ('session' in this.#state) this.#state.session?.context.drained();
  }

  onAlive(): void {
    if ('session' in this.#state) this.#state.session?.context.received();
  }

  onClose(reason: CloseReason): void {
    const state = this.#state;
    if (state.name === 'closed') return;
    const error = (state.name === 'closing' ? state.error : undefined) ?? errorOf(reason);
    const session = 'session' in state ? state.session : undefined;
    this.#state = transition(state, { name: 'closed' });
    this.#environment.sweeper.delete(this);
    this.#log('connectionEnded', { error });
    void this.#endSession(session, error);
  }

  sweep(now: number): void {
    const state = this.#state;
    if (state.name === 'handshaking') {
      if (now < state.deadline) return;
      this.#limitReached('handshakeTimeoutMs');
      this.#refuse('Handshake was canceled.');
    } else if (state.name === 'connecting' || state.name === 'connected') {
      this.#checkKeepAlive(state.session.context, now);
    }
  }

  #checkKeepAlive(context: HubConnectionContext, now: number): void {
    switch (context.checkKeepAlive(now)) {
      case 'ping':
        context.write({ type: MessageType.Ping });
        break;
      case 'timeout':
        this.#limitReached('clientTimeoutMs');
        this.close({ allowReconnect: true }, new HubServerError('HUB_CLIENT_TIMEOUT'));
        break;
      case 'quiet':
    }
  }

  #readHandshake(reader: HandshakeReader, frame: Frame): void {
    const { options } = this.#environment;
    if (options.jsonRpc !== undefined && beginsJsonRpc(this.#connection, frame)) {
      this.#openJsonRpc(options.jsonRpc)?.messages.read(frame);
      return;
    }
    const outcome = readHandshake(frame, reader, { connection: this.#connection, options });
    switch (outcome.kind) {
      case 'incomplete':
        return;
      case 'refused':
        this.#environment.diagnostics.messageRefused(this.#connection.connectionId, outcome.cause);
        this.#refuse(outcome.error);
        return;
      case 'accepted': {
        const session = this.#open(outcome.protocol);
        if (session !== undefined && outcome.rest !== undefined) this.#readMessages(session, outcome.rest);
      }
    }
  }

  #refuse(error: string, answer: Frame = writeHandshakeResponse({ error }, formatOf(this.#connection))): void {
    this.#log('handshakeRefused', { error });
    this.#connection.send(answer);
    this.close({}, new HubServerError('HUB_HANDSHAKE_FAILED', error));
  }

  #open(protocol: HubProtocol): HubSession | undefined {
    const parts = this.#gatherParts();
    if (parts === undefined) return undefined;
    this.#connection.send(writeHandshakeResponse({}, protocol.transferFormat));
    const context = new HubConnectionContext({ ...parts, protocol });
    const { environment } = parts;
    return this.#begin(context, new HubMessageSession({ context, protocol, environment, owner: this }));
  }

  /** There is no handshake: the first frame is the first message. */
  #openJsonRpc(options: ResolvedJsonRpcOptions): HubSession | undefined {
    const parts = this.#gatherParts(writeFailure(nullId, 'internal'));
    if (parts === undefined) return undefined;
    const context = new JsonRpcConnectionContext(parts, options);
    const { dispatcher, diagnostics } = this.#environment;
    const { reader } = options;
    return this.#begin(context, new JsonRpcSession({ context, dispatcher, diagnostics, reader, owner: this }));
  }

  #begin(context: HubConnectionContext, messages: HubSession['messages']): HubSession {
    const session: HubSession = { context, sinceMs: performance.now(), messages, welcomed: this.#welcome(context) };
    this.#state = transition(this.#state, { name: 'connecting', session });
    this.#environment.lifetime.connected(context);
    this.#environment.diagnostics.connected(context);
    return session;
  }

  /** `getUserId` is the application's: when it throws, the connection is refused, with `answer` in place of a handshake's. */
  #gatherParts(answer?: Frame): Omit<HubConnectionParts, 'protocol'> | undefined {
    const connection = this.#connection;
    const environment = this.#environment;
    try {
      const userIdentifier = environment.options.getUserId('user' in connection ? connection.user : undefined);
      return { connection, environment, userIdentifier, owner: this };
    } catch (error) {
      this.#log('getUserIdFailed', { error }, 'error');
      const text = 'An unexpected error occurred during connection handshake.';
      this.#refuse(describeError(text, error, this.#detailed), answer);
      return undefined;
    }
  }

  async #welcome(context: HubConnectionContext): Promise<boolean> {
    // The connection is known to the hub's audiences before `onConnected` addresses them.
    await soon;
    try {
      await this.#environment.dispatcher.connected(context);
    } catch (error) {
      this.#log('onConnectedFailed', { error }, 'error');
      const text = describeError(errorTexts.closedWithError, error, this.#detailed);
      this.close({ error: text }, asError(error));
      return false;
    }
    const state = this.#state;
    if (state.name === 'connecting') {
      this.#state = transition(state, { name: 'connected', session: state.session });
      context.calls.open();
    }
    return true;
  }

  #readMessages({ context, messages }: HubSession, frame: Frame): void {
    context.received();
    try {
      messages.read(frame);
    } catch (error) {
      this.#log('messageRefused', { error }, 'warning');
      this.#environment.diagnostics.messageRefused(context.connectionId, error);
      const text = describeError(errorTexts.closedWithError, error, this.#detailed);
      this.close({ error: text, allowReconnect: true }, asError(error));
    }
  }

  async #endSession(session: HubSession | undefined, error: Error | undefined): Promise<void> {
    const { dispatcher, lifetime, diagnostics } = this.#environment;
    diagnostics.disconnected(this.#connection, session?.sinceMs, error);
    if (session !== undefined) {
      lifetime.disconnected(session.context);
      session.context.ended(error);
      try {
        if (await session.welcomed) await dispatcher.disconnected(session.context, error);
      } catch (failure) {
        this.#log('onDisconnectedFailed', { error: failure }, 'error');
      }
    }
    this.#owner.connectionEnded(this);
  }

  get #detailed(): boolean {
    return this.#environment.options.enableDetailedErrors;
  }

  #limitReached(limit: string): void {
    this.#environment.diagnostics.limitReached(limit, this.#connection.connectionId);
  }

  #log(event: string, fields: Readonly<Record<string, unknown>>, level: 'debug' | 'warning' | 'error' = 'debug'): void {
    this.#environment.logger.log(level, event, { connectionId: this.#connection.connectionId, ...fields });
  }
}

/** What comes after it runs in a turn of its own; one for all connections. */
const soon = Promise.resolve();

function formatOf(connection: Connection): 'Text' | 'Binary' {
  return connection.transferFormats.includes('Text') ? 'Text' : 'Binary';
}

function errorOf(reason: CloseReason): Error | undefined {
  return reason.kind === 'failed' ? reason.error : undefined;
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(textOf(value));
}
