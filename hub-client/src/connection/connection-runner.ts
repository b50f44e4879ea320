import { toError } from '@hubwire/hub-protocol/peer';
import { throwIfAborted } from '@hubwire/transports';
import type { Connection, ConnectionFactory } from '@hubwire/transports';
import type { ClientState } from './connection-lifecycle.ts';
import { deferred } from './deferred.ts';
import { AbortError, HubClientError } from '../errors.ts';
import type { HubClientSettings } from '../hub-client-options.ts';
import { HubSession, type HubSessionOwner } from './hub-session.ts';
import { openConnection } from './open-connection.ts';
import { nextDelay, retry } from './reconnector.ts';
import type { SessionEnd } from './session-contract.ts';

export interface ConnectionRunnerOptions {
  readonly settings: HubClientSettings;
  /** Asked before every attempt. */
  readonly connector: () => ConnectionFactory;
}

/** Told what happens. Nothing here may throw. */
export interface ConnectionRunnerOwner extends Pick<HubSessionOwner, 'onInvocation'> {
  onTransition(next: ClientState): void;
  onReconnecting(error: Error | undefined): void;
  onReconnected(connectionId: string): void;
  /** The end of a connection that had been made, not of a `start` that failed. */
  onClosed(error: Error | undefined): void;
}

/** Makes the connection, keeps it, makes it anew when it is lost, and ends it. */
export class ConnectionRunner {
  readonly #options: ConnectionRunnerOptions;
  readonly #owner: ConnectionRunnerOwner;
  #state: ClientState = { name: 'disconnected' };

  constructor(options: ConnectionRunnerOptions, owner: ConnectionRunnerOwner) {
    this.#options = options;
    this.#owner = owner;
  }

  get state(): ClientState {
    return this.#state;
  }

  async start(): Promise<void> {
    if (this.#state.name !== 'disconnected') throw new HubClientError('HUB_CLIENT_NOT_DISCONNECTED');
    const settled = deferred<void>();
    const attempt = new AbortController();
    this.#transition({ name: 'connecting', attempt, settled: settled.promise });
    try {
      await this.#openFirst(attempt.signal);
    } catch (error) {
      if (!attempt.signal.aborted) this.#transition({ name: 'disconnected', error: toError(error) });
      throw error;
    } finally {
      settled.resolve();
    }
  }

  /** Resolves when the connection has ended. */
  async stop(): Promise<void> {
    const state = this.#state;
    if (state.name === 'disconnecting') await state.stopped;
    else if (state.name === 'connected') {
      const { session } = state;
      await this.#stopAfter(new Promise((resolve) => session.closed.addEventListener('abort', resolve)), () => {
        session.close();
      });
    } else if (state.name !== 'disconnected') {
      await this.#stopAfter(state.settled, () => {
        const text = 'The connection was stopped before the hub handshake could complete.';
        state.attempt.abort(new AbortError(text));
      });
    }
  }

  /** Ends what is there, which brings `ended` about. */
  #stopAfter(ended: Promise<unknown>, end: () => void): Promise<void> {
    const wasConnecting = this.#state.name === 'connecting';
    const stopped = ended.then(() => (wasConnecting ? this.#transition({ name: 'disconnected' }) : this.#end()));
    this.#transition({ name: 'disconnecting', stopped });
    end();
    return stopped;
  }

  async #openFirst(signal: AbortSignal): Promise<HubSession> {
    try {
      return await this.#open(signal);
    } catch (error) {
      throwIfAborted(signal);
      const opened = this.#options.settings.retryFirstStart && (await this.#retry(toError(error), signal));
      if (!opened) throw error;
      return opened;
    }
  }

  #open(signal: AbortSignal): Promise<HubSession> {
    const { connector, settings } = this.#options;
    const owner = {
      ...this.#owner,
      onOpen: (session: HubSession) => this.#onOpen(session, signal),
      onEnd: (end: SessionEnd, session: HubSession) => this.#onSessionEnd(end, session),
    };
    const begin = (connection: Connection) => new HubSession(connection, owner, settings);
    return openConnection(connector(), { ...settings, begin }, signal);
  }

  /** `undefined` when the policy gives up; at once when it does so before the first attempt. */
  #retry(retryReason: Error, signal: AbortSignal): Promise<HubSession | undefined> | undefined {
    const { settings } = this.#options;
    const delayMs = nextDelay(settings, { previousRetryCount: 0, elapsedMilliseconds: 0, retryReason });
    if (delayMs === null) return undefined;
    return retry(delayMs, { ...settings, signal, attempt: () => this.#open(signal) });
  }

  /** Makes a session the current one, unless `stop` was faster. */
  #onOpen(session: HubSession, signal: AbortSignal): void {
    if (signal.aborted) return;
    const isNew = this.#state.name === 'connecting';
    this.#transition({ name: 'connected', session });
    if (!isNew) this.#owner.onReconnected(session.connection.connectionId);
  }

  #onSessionEnd({ error, mayReconnect }: SessionEnd, session: HubSession): void {
    if (this.#state.name !== 'connected' || this.#state.session !== session) return;
    const attempt = new AbortController();
    const reason = error ?? new Error('The connection was closed.');
    const opening = mayReconnect ? this.#retry(reason, attempt.signal) : undefined;
    if (opening === undefined) {
      this.#end(error);
      return;
    }
    const settled = opening.then(
      (opened) => {
        if (opened === undefined && !attempt.signal.aborted) this.#end();
      },
      // Only `stop` brings us here; it goes on when this is settled.
      () => {},
    );
    this.#transition({ name: 'reconnecting', attempt, settled, error });
    this.#owner.onReconnecting(error);
  }

  #end(error?: Error): void {
    this.#transition({ name: 'disconnected', error });
    this.#owner.onClosed(error);
  }

  /** The only thing that changes the state. */
  #transition(next: ClientState): void {
    this.#options.settings.logger.log('debug', 'state', { from: this.#state.name, to: next.name });
    this.#state = next;
    this.#owner.onTransition(next);
  }
}
