import type { DynamicContract, HubClientOf, HubProtocol } from '@hubwire/hub-protocol';
import type { ConnectionFactory, Logger } from '@hubwire/transports';
import { createHttpConnectionFactory } from '@hubwire/transports/client';
import {
  invalidOption,
  requirePositive,
  resolveHubClientOptions,
  type HubClientOptions,
} from './hub-client-options.ts';
import { HubConnection } from './hub-connection.ts';
import { toHttpConnectionOptions, type IHttpConnectionOptions } from './signalr/http-options.ts';
import { toLogger, type ILogger, type LogLevel } from './signalr/logging.ts';
import { toHubProtocol, type IHubProtocol } from './signalr/protocol-adapter.ts';
import { fixedDelays, type RetryPolicy } from './connection/reconnect-policy.ts';

/** Options of stateful reconnect. */
export interface IStatefulReconnectOptions {
  /** Bytes kept for sending again. */
  bufferSize: number;
}

type Endpoint =
  | { readonly kind: 'none' }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'factory'; readonly connect: ConnectionFactory };

/**
 * Builds a `HubConnection` step by step, as in `@microsoft/signalr`.
 *
 * @example
 * const chat = new HubConnectionBuilder<ChatHub>().withUrl('/chat').withAutomaticReconnect().build();
 */
export class HubConnectionBuilder<THub = DynamicContract, TClient = HubClientOf<THub>> {
  #endpoint: Endpoint = { kind: 'none' };
  #http: IHttpConnectionOptions = {};
  #options: HubClientOptions = {};

  /** The hub's address, with the transports that may be used or all options of the connection. */
  withUrl(url: string, transportTypeOrOptions?: number | IHttpConnectionOptions): this {
    if (url === undefined || url === null) throw invalidOption("The 'url' argument is required.");
    if (/^\s*$/.test(url)) throw invalidOption("The 'url' argument should not be empty.");
    this.#endpoint = { kind: 'http', url };
    const given =
      typeof transportTypeOrOptions === 'object'
        ? transportTypeOrOptions
        : transportTypeOrOptions !== undefined && { transport: transportTypeOrOptions };
    this.#http = { ...this.#http, ...given };
    return this;
  }

  /** Connections of one's own, such as those of an in-memory listener, in place of a URL. */
  withConnection(connect: ConnectionFactory): this {
    this.#endpoint = { kind: 'factory', connect };
    return this;
  }

  /** How messages are encoded; protocols of `@microsoft/signalr` are taken too. @default new JsonHubProtocol() */
  withHubProtocol(protocol: HubProtocol | IHubProtocol): this {
    if (!protocol) throw invalidOption("The 'protocol' argument is required.");
    return this.#with({ protocol: toHubProtocol(protocol) });
  }

  /**
   * Makes a lost connection anew: after 0, 2, 10 and 30 seconds, after delays of one's own, or as a policy says.
   * Throws when called a second time.
   */
  withAutomaticReconnect(retryDelaysOrReconnectPolicy?: readonly number[] | RetryPolicy): this {
    if (this.#options.reconnect) throw invalidOption('A reconnectPolicy has already been set.');
    const given = retryDelaysOrReconnectPolicy;
    return this.#with({ reconnect: given && 'nextRetryDelayInMilliseconds' in given ? given : fixedDelays(given) });
  }

  /** Silence after which the server counts as gone. @default 30000 */
  withServerTimeout(milliseconds: number): this {
    requirePositive('milliseconds', milliseconds);
    return this.#with({ serverTimeoutMs: milliseconds });
  }

  /** A ping is sent when nothing else was for so long. @default 15000 */
  withKeepAliveInterval(milliseconds: number): this {
    requirePositive('milliseconds', milliseconds);
    return this.#with({ keepAliveIntervalMs: milliseconds });
  }

  /**
   * Taken so that code written for `@microsoft/signalr` runs, without effect so far: the connection behaves as with a
   * server that does not grant stateful reconnect.
   */
  withStatefulReconnect(_options?: IStatefulReconnectOptions): this {
    return this;
  }

  /** Logs to the console from a level on, or to a logger of `@microsoft/signalr`. */
  configureLogging(logging: LogLevel | string | ILogger): this {
    if (logging === undefined || logging === null) throw invalidOption("The 'logging' argument is required.");
    return this.withLogger(toLogger(logging));
  }

  /** Logs events with their fields. */
  withLogger(logger: Logger): this {
    return this.#with({ logger });
  }

  /** Everything else that can be set. What is given here replaces what was given before. */
  withOptions(options: HubClientOptions): this {
    return this.#with(options);
  }

  /** Throws when there is neither a URL nor a factory, and for options that are not valid. */
  build(): HubConnection<THub, TClient> {
    const settings = resolveHubClientOptions(this.#options);
    const endpoint = this.#endpoint;
    switch (endpoint.kind) {
      case 'none':
        throw invalidOption("The 'HubConnectionBuilder.withUrl' method must be called before building the connection.");
      case 'factory':
        return new HubConnection({ url: '', connectTo: () => endpoint.connect }, settings);
      case 'http': {
        const options = toHttpConnectionOptions(this.#http, settings.logger);
        const connectTo = (url: string): ConnectionFactory => createHttpConnectionFactory(url, options);
        return new HubConnection({ url: endpoint.url, connectTo }, settings);
      }
    }
  }

  #with(options: HubClientOptions): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }
}
