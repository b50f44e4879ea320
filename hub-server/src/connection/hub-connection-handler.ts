import {
  HandshakeReader,
  MessageType,
  PayloadReader,
  writeHandshakeResponse,
  type CloseMessage,
  type HubMessage,
  type HubProtocol,
  type Payload,
} from '@hubwire/hub-protocol';
import type { CloseReason, Connection, ConnectionReceiver, Frame } from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import { describeError, errorTexts } from '../dispatch/error-texts.ts';
import { HubServerError } from '../errors.ts';
import { transition, type HubConnectionState, type HubSession } from './connection-lifecycle.ts';
import { readHandshake } from './handshake.ts';
import { HubConnectionContext } from './hub-connection-context.ts';
import type { HubConnectionEnvironment } from './hub-connection-environment.ts';
import type { Swept } from './sweeper.ts';

/** What a connection tells the one who started it. */
export interface HubConnectionOwner {
  /** The connection has ended and `onDisconnected` has run. */
  connectionEnded(handler: HubConnectionHandler): void;
}

/** One connection from its handshake to its end. HubProtocol.md. */
export class HubConnectionHandler implements ConnectionReceiver, Swept {
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
    this.#state = {
      name: 'handshaking',
      reader: new HandshakeReader(options.maximumReceiveMessageBytes),
      deadline: sweeper.now + options.handshakeTimeoutMs,
    };
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
        break;
      case 'connecting':
      case 'connected':
        this.#state = transition(state, { name: 'closing', session: state.session, error });
        state.session.context.write({ type: MessageType.Close, ...message });
        state.session.context.flush();
        break;
      case 'closing':
      case 'closed':
        return;
    }
    this.#connection.close();
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
      if (now >= state.deadline) this.#refuse('Handshake was canceled.');
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
        this.close({}, new HubServerError('HUB_CLIENT_TIMEOUT'));
        break;
      case 'quiet':
    }
  }

  #readHandshake(reader: HandshakeReader, frame: Frame): void {
    const { options } = this.#environment;
    const outcome = readHandshake(frame, reader, { connection: this.#connection, options });
    switch (outcome.kind) {
      case 'incomplete':
        return;
      case 'refused':
        this.#refuse(outcome.error);
        return;
      case 'accepted': {
        const session = this.#open(outcome.protocol);
        if (session !== undefined && outcome.rest !== undefined) this.#readMessages(session, outcome.rest);
      }
    }
  }

  #refuse(error: string): void {
    this.#log('handshakeRefused', { error });
    this.#connection.send(writeHandshakeResponse({ error }, formatOf(this.#connection)));
    this.close({}, new HubServerError('HUB_HANDSHAKE_FAILED', error));
  }

  #open(protocol: HubProtocol): HubSession | undefined {
    const { options, lifetime } = this.#environment;
    const userIdentifier = this.#identifyUser();
    if (userIdentifier === failed) return undefined;
    this.#connection.send(writeHandshakeResponse({}, protocol.transferFormat));
    const context = new HubConnectionContext({
      connection: this.#connection,
      protocol,
      userIdentifier,
      environment: this.#environment,
      owner: this,
    });
    const reader = new PayloadReader(protocol.transferFormat, options.maximumReceiveMessageBytes);
    // In a turn of its own, so that the connection is known to the hub's audiences before `onConnected` addresses them.
    const welcomed = Promise.resolve().then(() => this.#welcome(context));
    const session: HubSession = { context, reader, welcomed };
    this.#state = transition(this.#state, { name: 'connecting', session });
    lifetime.connected(context);
    return session;
  }

  /** `getUserId` is the application's: when it throws, the connection is refused. */
  #identifyUser(): string | undefined | typeof failed {
    try {
      return this.#environment.options.getUserId('user' in this.#connection ? this.#connection.user : undefined);
    } catch (error) {
      this.#log('getUserIdFailed', { error }, 'error');
      const text = 'An unexpected error occurred during connection handshake.';
      this.#refuse(describeError(text, error, this.#detailed));
      return failed;
    }
  }

  async #welcome(context: HubConnectionContext): Promise<boolean> {
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

  #readMessages({ context, reader }: HubSession, frame: Frame): void {
    context.received();
    try {
      reader.read(frame, (payload) => this.#receive(context, payload));
    } catch (error) {
      this.#log('messageRefused', { error }, 'warning');
      this.close({ error: describeError(errorTexts.closedWithError, error, this.#detailed) }, asError(error));
    }
  }

  #receive(context: HubConnectionContext, payload: Payload): void {
    if (this.#state.name !== 'connecting' && this.#state.name !== 'connected') return;
    const message = context.protocol.parseMessage(payload);
    if (message !== undefined) this.#handle(context, message);
  }

  #handle(context: HubConnectionContext, message: HubMessage): void {
    switch (message.type) {
      case MessageType.Invocation:
      case MessageType.StreamInvocation:
        this.#environment.dispatcher.dispatch(context, message);
        break;
      case MessageType.StreamItem:
        context.uploads.item(message);
        break;
      case MessageType.Completion:
        context.completed(message);
        break;
      case MessageType.CancelInvocation:
        this.#environment.dispatcher.cancel(context, message.invocationId);
        break;
      case MessageType.Close:
        this.close();
        break;
      case MessageType.Ping:
      // Stateful reconnect was not negotiated.
      case MessageType.Ack:
      case MessageType.Sequence:
    }
  }

  async #endSession(session: HubSession | undefined, error: Error | undefined): Promise<void> {
    const { dispatcher, lifetime } = this.#environment;
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

  #log(event: string, fields: Readonly<Record<string, unknown>>, level: 'debug' | 'warning' | 'error' = 'debug'): void {
    this.#environment.logger.log(level, event, { connectionId: this.#connection.connectionId, ...fields });
  }
}

const failed = Symbol('failed');

function formatOf(connection: Connection): 'Text' | 'Binary' {
  return connection.transferFormats.includes('Text') ? 'Text' : 'Binary';
}

function errorOf(reason: CloseReason): Error | undefined {
  return reason.kind === 'failed' ? reason.error : undefined;
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
