import type { ConnectionFactory } from '@hubwire/transports';
import type { InvocationMessage } from '@hubwire/hub-protocol';
import type { KeepAliveOptions } from '@hubwire/hub-protocol/peer';
import { ConnectionLifecycle, type ClientState } from './connection-lifecycle.ts';
import { deferred } from './deferred.ts';
import { AbortError, HubClientError, toError } from '../errors.ts';
import type { HubClientSettings } from '../hub-client-options.ts';
import { HubSession, type SessionEnd } from './hub-session.ts';
import { openConnection, type OpenConnection } from './open-connection.ts';
import { nextDelay, retry } from './reconnector.ts';
import { onWakeUp } from './wake-up.ts';

export interface ConnectionRunnerOptions {
  readonly settings: HubClientSettings;
  readonly keepAlive: KeepAliveOptions;
  /** Asked before every attempt. */
  connector(): ConnectionFactory;
}

/** Told what happens. Nothing here may throw. */
export interface ConnectionRunnerOwner {
  onTransition(next: ClientState): void;
  onInvocation(message: InvocationMessage, session: HubSession): void;
  onReconnecting(error: Error | undefined): void;
  onReconnected(connectionId: string): void;
  /** The end of a connection that had been made, not of a `start` that failed. */
  onClosed(error: Error | undefined): void;
}

type AttemptState = Extract<ClientState, { readonly name: 'connecting' | 'reconnecting' }>;

/** Makes the connection, keeps it, makes it anew when it is lost, and ends it. */
export class ConnectionRunner {
  readonly #options: ConnectionRunnerOptions;
  readonly #owner: ConnectionRunnerOwner;
  readonly #lifecycle: ConnectionLifecycle;

  constructor(options: ConnectionRunnerOptions, owner: ConnectionRunnerOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#lifecycle = new ConnectionLifecycle((next, previous) => {
      options.settings.logger.log('debug', 'state', { from: previous.name, to: next.name });
      owner.onTransition(next);
    });
  }

  get state(): ClientState {
    return this.#lifecycle.state;
  }

  async start(): Promise<void> {
    if (this.state.name !== 'disconnected') throw new HubClientError('HUB_CLIENT_NOT_DISCONNECTED');
    const settled = deferred<void>();
    const attempt = new AbortController();
    this.#lifecycle.transition({ name: 'connecting', attempt, settled: settled.promise });
    try {
      this.#enter(await this.#openFirst(attempt.signal), attempt.signal);
    } catch (error) {
      if (!attempt.signal.aborted) this.#lifecycle.transition({ name: 'disconnected', error: toError(error) });
      throw error;
    } finally {
      settled.resolve();
    }
  }

  /** Resolves when the connection has ended. */
  stop(): Promise<void> {
    const { state } = this;
    switch (state.name) {
      case 'disconnected':
        return Promise.resolve();
      case 'disconnecting':
        return state.stopped;
      case 'connecting':
      case 'reconnecting':
        return this.#stopAttempt(state);
      case 'connected':
        return this.#stopSession(state.session);
    }
  }

  #stopAttempt({ attempt, name, settled }: AttemptState): Promise<void> {
    const stopped = settled.then(() => {
      if (name === 'reconnecting') this.#end();
      else this.#lifecycle.transition({ name: 'disconnected' });
    });
    this.#lifecycle.transition({ name: 'disconnecting', stopped });
    attempt.abort(new AbortError('The connection was stopped before the hub handshake could complete.'));
    return stopped;
  }

  #stopSession(session: HubSession): Promise<void> {
    const ended = deferred<unknown>();
    session.closed.addEventListener('abort', ended.resolve);
    const stopped = ended.promise.then(() => this.#end());
    this.#lifecycle.transition({ name: 'disconnecting', stopped });
    session.close();
    return stopped;
  }

  #open(signal: AbortSignal): Promise<OpenConnection> {
    return openConnection(this.#options.connector(), this.#options.settings, signal);
  }

  async #openFirst(signal: AbortSignal): Promise<OpenConnection> {
    try {
      return await this.#open(signal);
    } catch (error) {
      const { reconnect, retryFirstStart } = this.#options.settings;
      signal.throwIfAborted();
      if (!retryFirstStart || reconnect === null) throw error;
      const opened = await this.#retry(toError(error), signal);
      if (opened === undefined) throw error;
      return opened;
    }
  }

  /** `undefined` when the policy gives up; at once when it does so before the first attempt. */
  #retry(reason: Error, signal: AbortSignal): Promise<OpenConnection | undefined> | undefined {
    const { clock, logger, reconnect: policy } = this.#options.settings;
    if (policy === null) return undefined;
    const context = { previousRetryCount: 0, elapsedMilliseconds: 0, retryReason: reason };
    const firstDelayMs = nextDelay(policy, context, logger);
    if (firstDelayMs === null) return undefined;
    const attempt = () => this.#open(signal);
    return retry(firstDelayMs, { attempt, clock, logger, onWakeUp, policy, signal });
  }

  /** Makes a connection the current one, unless `stop` was faster. */
  #enter({ connection, handOver }: OpenConnection, signal: AbortSignal): HubSession {
    if (signal.aborted) connection.close();
    signal.throwIfAborted();
    const { settings, keepAlive } = this.#options;
    const owner = {
      onInvocation: (message: InvocationMessage, session: HubSession) => this.#owner.onInvocation(message, session),
      onEnd: (end: SessionEnd, session: HubSession) => this.#onSessionEnd(end, session),
    };
    const session = new HubSession(connection, owner, { ...settings, keepAlive });
    this.#lifecycle.transition({ name: 'connected', session });
    handOver(session);
    return session;
  }

  #end(error?: Error): void {
    this.#lifecycle.transition({ name: 'disconnected', error });
    this.#owner.onClosed(error);
  }

  #onSessionEnd({ error, mayReconnect }: SessionEnd, session: HubSession): void {
    const { state } = this;
    if (state.name !== 'connected' || state.session !== session) return;
    const attempt = new AbortController();
    const reason = error ?? new Error('The connection was closed.');
    const opening = mayReconnect ? this.#retry(reason, attempt.signal) : undefined;
    if (opening === undefined) {
      this.#end(error);
      return;
    }
    const settled = this.#finishReconnect(opening, attempt.signal);
    this.#lifecycle.transition({ name: 'reconnecting', attempt, settled, error });
    this.#owner.onReconnecting(error);
  }

  /** Never rejects. */
  async #finishReconnect(opening: Promise<OpenConnection | undefined>, signal: AbortSignal): Promise<void> {
    try {
      const opened = await opening;
      if (opened !== undefined) {
        const { connectionId, isOpen } = this.#enter(opened, signal);
        if (isOpen) this.#owner.onReconnected(connectionId);
      } else if (!signal.aborted) this.#end();
    } catch (error) {
      // Only `stop` brings us here; it goes on when this is settled.
      this.#options.settings.logger.log('debug', 'reconnect given up', { error });
    }
  }
}
