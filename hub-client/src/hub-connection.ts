import type { ClientHandlers, DynamicContract, HubClientOf, InvocationMessage } from '@hubwire/hub-protocol';
import { toError } from '@hubwire/hub-protocol/peer';
import type { ConnectionFactory } from '@hubwire/transports';
import type { HubCallOptions } from './calls/call-options.ts';
import { runClientInvocation } from './calls/client-invocation.ts';
import type { ClientState } from './connection/connection-lifecycle.ts';
import { ConnectionRunner, type ConnectionRunnerOwner } from './connection/connection-runner.ts';
import { HubClientError } from './errors.ts';
import { HandlerTable } from './calls/handler-table.ts';
import type { AnyHandler, HandlerName, HubCalls } from './calls/hub-call-types.ts';
import { HubCaller } from './calls/hub-caller.ts';
import { invalidOption, requirePositive, type HubClientSettings, type HubEndpoint } from './hub-client-options.ts';
import type { HubSession } from './connection/hub-session.ts';
import type { KeepAliveTimes } from './connection/session-contract.ts';
import { StatusFeed, statusOf, type ConnectionStatus } from './connection/status.ts';

/** The states of a connection in the words of `@microsoft/signalr`. */
export const HubConnectionState = {
  Disconnected: 'Disconnected',
  Connecting: 'Connecting',
  Connected: 'Connected',
  Disconnecting: 'Disconnecting',
  Reconnecting: 'Reconnecting',
} as const;

export type HubConnectionState = (typeof HubConnectionState)[keyof typeof HubConnectionState];

type Callback<T extends readonly unknown[]> = (...values: Partial<T>) => void;

/**
 * A connection to a hub: calls its methods, and has methods of its own that the hub may call.
 *
 * @example
 * const chat = new HubConnectionBuilder<ChatHub>().withUrl('/chat').withAutomaticReconnect().build();
 * chat.on('messageReceived', (from, text) => console.log(from, text));
 * await chat.start();
 * await chat.invoke.send('hello');
 */
export class HubConnection<THub = DynamicContract, TClient = HubClientOf<THub>>
  implements HubCalls<THub>, AsyncDisposable
{
  /** Calls a method and waits for its result: `invoke.send('hello')` or `invoke('send', 'hello')`. */
  readonly invoke!: HubCalls<THub>['invoke'];
  /** Calls a method without asking for an answer; resolves when the transport has room for more. */
  readonly send!: HubCalls<THub>['send'];
  /** Calls a method that answers with a stream. */
  readonly stream!: HubCalls<THub>['stream'];
  readonly #settings: HubClientSettings & KeepAliveTimes;
  readonly #endpoint: HubEndpoint;
  readonly #runner: ConnectionRunner;
  readonly #caller: HubCaller;
  readonly #handlers = new HandlerTable();
  readonly #statuses = new StatusFeed();
  readonly #anyHandlers = new Set<AnyHandler>();
  readonly #closed: Callback<[Error]>[] = [];
  readonly #reconnecting: Callback<[Error]>[] = [];
  readonly #reconnected: Callback<[string, boolean]>[] = [];
  #url: string;
  #connect: ConnectionFactory;

  /** Use `HubConnectionBuilder`, `createHubConnection` or `connect`. */
  constructor(endpoint: HubEndpoint, settings: HubClientSettings) {
    this.#endpoint = endpoint;
    this.#settings = { ...settings };
    this.#url = endpoint.url;
    this.#connect = endpoint.connectTo(endpoint.url);
    this.#runner = this.#createRunner();
    this.#caller = new HubCaller(settings);
    Object.assign(this, this.withOptions({}));
  }

  /** Silence after which the server counts as gone. @default 30000 */
  get serverTimeoutInMilliseconds(): number {
    return this.#settings.serverTimeoutMs;
  }

  set serverTimeoutInMilliseconds(value: number) {
    requirePositive('serverTimeoutInMilliseconds', value);
    this.#settings.serverTimeoutMs = value;
    this.#session?.watchTheClock();
  }

  /** A ping is sent when nothing else was for so long. @default 15000 */
  get keepAliveIntervalInMilliseconds(): number {
    return this.#settings.keepAliveIntervalMs;
  }

  set keepAliveIntervalInMilliseconds(value: number) {
    requirePositive('keepAliveIntervalInMilliseconds', value);
    this.#settings.keepAliveIntervalMs = value;
    this.#session?.watchTheClock();
  }

  get state(): HubConnectionState {
    const { name } = this.#runner.state;
    return `${name[0]!.toUpperCase()}${name.slice(1)}` as HubConnectionState;
  }

  /** The server's public id of this connection; `null` while there is none, and where negotiation was skipped. */
  get connectionId(): string | null {
    return this.#session?.connection.connectionId || null;
  }

  /** Where the next attempt to connect goes. Can be set while disconnected or reconnecting. */
  get baseUrl(): string {
    return this.#url;
  }

  set baseUrl(url: string) {
    const { name } = this.#runner.state;
    if (name !== 'disconnected' && name !== 'reconnecting') throw new HubClientError('HUB_CLIENT_URL_IN_USE');
    if (!url) throw invalidOption('The HubConnection url must be a valid url.');
    this.#connect = this.#endpoint.connectTo(url);
    this.#url = url;
  }

  /** Connects and shakes hands; rejects when that fails, and while not disconnected. */
  start(): Promise<void> {
    return this.#runner.start();
  }

  /** Ends the connection, or the attempt to make it; resolves when it has ended. */
  stop(): Promise<void> {
    return this.#runner.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** The status now, and every change from then on. Leave the loop to stop listening. */
  status(): AsyncIterableIterator<ConnectionStatus, undefined> {
    return this.#statuses.open(statusOf(this.#runner.state));
  }

  /**
   * The same calls with options.
   *
   * @example
   * await chat.withOptions({ signal, timeoutMs: 5000 }).invoke.send('hello');
   */
  withOptions(options: HubCallOptions): HubCalls<THub> {
    return this.#caller.calls<THub>(this, options);
  }

  /**
   * Adds a handler for a method that the server calls; names are compared without regard to case. What the handler
   * returns answers a server that waits for a result. Returns what removes it.
   */
  on<TName extends HandlerName<TClient>>(methodName: TName, handler: ClientHandlers<TClient>[TName]): () => void {
    if (!methodName || !handler) return () => {};
    this.#handlers.add(methodName, handler);
    return () => this.#handlers.remove(methodName, handler);
  }

  /** Removes one handler of a method, or all. */
  off<TName extends HandlerName<TClient>>(methodName: TName, handler?: ClientHandlers<TClient>[TName]): void {
    if (methodName) this.#handlers.remove(methodName, handler);
  }

  /** Adds a handler for every call of the server, with or without a handler of its own. Returns what removes it. */
  onAny(handler: AnyHandler): () => void {
    this.#anyHandlers.add(handler);
    return () => this.#anyHandlers.delete(handler);
  }

  /** Called when a connection that had been made has ended for good, with the error if it was one. */
  onclose(callback: (error?: Error) => void): void {
    if (callback) this.#closed.push(callback);
  }

  /** Called when the connection was lost and will be made anew. */
  onreconnecting(callback: (error?: Error) => void): void {
    if (callback) this.#reconnecting.push(callback);
  }

  /**
   * Called when the connection was made anew, with its new id and whether the server still knew this client and sent
   * what it had missed: without stateful reconnect that is always `false`.
   */
  onreconnected(callback: (connectionId?: string, recovered?: boolean) => void): void {
    if (callback) this.#reconnected.push(callback);
  }

  get #session(): HubSession | undefined {
    const { state } = this.#runner;
    return state.name === 'connected' ? state.session : undefined;
  }

  #createRunner(): ConnectionRunner {
    const owner: ConnectionRunnerOwner = {
      onTransition: (state) => this.#onTransition(state),
      onInvocation: (message, session) => this.#onInvocation(message, session),
      onClosed: (error) => this.#callBack(this.#closed, error),
      onReconnecting: (error) => this.#callBack(this.#reconnecting, error),
      onReconnected: (connectionId) => this.#callBack(this.#reconnected, connectionId || undefined, false),
    };
    const connector = (): ConnectionFactory => this.#connect;
    return new ConnectionRunner({ settings: this.#settings, connector }, owner);
  }

  #onTransition(state: ClientState): void {
    this.#caller.onTransition(state);
    this.#statuses.publish(statusOf(state));
  }

  #onInvocation(message: InvocationMessage, session: HubSession): void {
    const { target, arguments: args } = message;
    if (this.#anyHandlers.size > 0) {
      this.#callBack([...this.#anyHandlers].map((handler) => () => handler(target, args)));
    }
    void runClientInvocation({ message, handlers: this.#handlers.find(target), receiver: this, session });
  }

  #callBack<T extends readonly unknown[]>(callbacks: readonly Callback<T>[], ...values: Partial<T>): void {
    for (const callback of callbacks) {
      try {
        Reflect.apply(callback, this, values);
      } catch (error) {
        this.#settings.logger.log('error', 'callback threw', { error: toError(error) });
      }
    }
  }
}
