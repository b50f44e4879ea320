import {
  HandshakeReader,
  MessageType,
  parseHandshakeRequest,
  PayloadReader,
  writeHandshakeResponse,
  type CloseMessage,
  type HubMessage,
  type HubProtocol,
  type Payload,
} from '@hubwire/hub-protocol';
import {
  type CloseReason,
  type Connection,
  type ConnectionReceiver,
  type Frame,
  type Logger,
} from '@hubwire/transports';
import type { ServerConnection } from '@hubwire/transports/server';
import { describeError, errorTexts } from '../dispatch/error-texts.ts';
import type { HubDispatcher } from '../dispatch/hub-dispatcher.ts';
import { HubServerError } from '../errors.ts';
import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { ResolvedHubConnectionOptions } from '../options.ts';
import { chooseProtocol } from './choose-protocol.ts';
import { transition, type HubConnectionState, type HubSession } from './connection-lifecycle.ts';
import { HubConnectionContext } from './hub-connection-context.ts';
import type { Sweeper, Swept } from './sweeper.ts';

/** What every connection of one hub shares. */
export interface HubConnectionEnvironment {
  readonly options: ResolvedHubConnectionOptions;
  readonly dispatcher: HubDispatcher;
  readonly lifetime: HubLifetimeManager;
  readonly sweeper: Sweeper;
  readonly logger: Logger;
  /** The connection has ended and `onDisconnected` has run. */
  readonly onEnd: (handler: HubConnectionHandler) => void;
}

/** One connection from its handshake to its end. HubProtocol.md. */
export class HubConnectionHandler implements ConnectionReceiver, Swept {
  readonly #connection: Connection | ServerConnection;
  readonly #environment: HubConnectionEnvironment;
  #state: HubConnectionState;

  constructor(connection: Connection | ServerConnection, environment: HubConnectionEnvironment) {
    const { options, sweeper } = environment;
    this.#connection = connection;
    this.#environment = environment;
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
    let chosen: HubProtocol | string;
    let rest: Payload | undefined;
    try {
      const progress = reader.read(frame);
      if (progress.kind === 'incomplete') return;
      chosen = chooseProtocol(
        parseHandshakeRequest(progress.record),
        this.#environment.options.protocols,
        this.#connection,
      );
      rest = progress.rest;
    } catch (error) {
      this.#refuse(describeError('An unexpected error occurred during connection handshake.', error, this.#detailed));
      return;
    }
    if (typeof chosen === 'string') {
      this.#refuse(chosen);
      return;
    }
    const session = this.#open(chosen);
    if (rest !== undefined) this.#readMessages(session, rest);
  }

  #refuse(error: string): void {
    this.#log('handshakeRefused', { error });
    this.#connection.send(writeHandshakeResponse({ error }, formatOf(this.#connection)));
    this.close({}, new HubServerError('HUB_HANDSHAKE_FAILED', error));
  }

  #open(protocol: HubProtocol): HubSession {
    const { options, sweeper, dispatcher, lifetime } = this.#environment;
    this.#connection.send(writeHandshakeResponse({}, protocol.transferFormat));
    const user = 'user' in this.#connection ? this.#connection.user : undefined;
    const context = new HubConnectionContext({
      connection: this.#connection,
      protocol,
      userIdentifier: options.getUserId(user),
      options,
      clock: sweeper,
      startCall: (caller, call) => dispatcher.start(caller, call),
      close: () => this.close(),
    });
    const reader = new PayloadReader(protocol.transferFormat, options.maximumReceiveMessageBytes);
    // In a turn of its own, so that the connection is known to the hub's audiences before `onConnected` addresses them.
    const welcomed = Promise.resolve().then(() => this.#welcome(context));
    const session: HubSession = { context, reader, welcomed };
    this.#state = transition(this.#state, { name: 'connecting', session });
    lifetime.connected(context);
    return session;
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
        context.cancellations.get(message.invocationId)?.abort();
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
    const { dispatcher, lifetime, onEnd } = this.#environment;
    if (session !== undefined) {
      lifetime.disconnected(session.context);
      session.context.ended(error);
      try {
        if (await session.welcomed) await dispatcher.disconnected(session.context, error);
      } catch (failure) {
        this.#log('onDisconnectedFailed', { error: failure }, 'error');
      }
    }
    onEnd(this);
  }

  get #detailed(): boolean {
    return this.#environment.options.enableDetailedErrors;
  }

  #log(event: string, fields: Readonly<Record<string, unknown>>, level: 'debug' | 'warning' | 'error' = 'debug'): void {
    this.#environment.logger.log(level, event, { connectionId: this.#connection.connectionId, ...fields });
  }
}

function formatOf(connection: Connection): 'Text' | 'Binary' {
  return connection.transferFormats.includes('Text') ? 'Text' : 'Binary';
}

function errorOf(reason: CloseReason): Error | undefined {
  return reason.kind === 'failed' ? reason.error : undefined;
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
