import type { ClientHandlers, DynamicContract, HubClientOf } from '@hubwire/hub-protocol';
import type { ConnectionFactory } from '@hubwire/transports';
import { createHttpConnectionFactory, type HttpConnectionOptions } from '@hubwire/transports/client';
import { resolveHubClientOptions, type HubClientOptions } from './hub-client-options.ts';
import { HubConnection } from './hub-connection.ts';
import type { HandlerName } from './calls/hub-call-types.ts';
import { exponentialBackoff } from './connection/reconnect-policy.ts';

/** Options of `connect` and `createHubConnection`: of the hub connection, and of the HTTP connection below it. */
export interface ConnectOptions<TClient = DynamicContract>
  extends HubClientOptions, Omit<HttpConnectionOptions, 'logger'> {
  /** What the server may call. Given here, nothing that the server calls at once is missed. */
  readonly handlers?: Partial<ClientHandlers<TClient>>;
}

/**
 * Creates a connection that is not started yet, to a URL or over connections of one's own. When it is lost it is made
 * anew for as long as that takes, after delays that grow to 30 seconds, unless `reconnect` says otherwise.
 */
export function createHubConnection<THub = DynamicContract, TClient = HubClientOf<THub>>(
  target: string | ConnectionFactory,
  options: ConnectOptions<TClient> = {},
): HubConnection<THub, TClient> {
  const settings = resolveHubClientOptions({ reconnect: exponentialBackoff(), ...options });
  const url = typeof target === 'string' ? target : '';
  const connectTo = (url: string): ConnectionFactory =>
    typeof target === 'string' ? createHttpConnectionFactory(url, { ...options, logger: settings.logger }) : target;
  const connection = new HubConnection<THub, TClient>({ url, connectTo }, settings);
  const handlers = Object.entries(options.handlers ?? {}) as [HandlerName<TClient>, never][];
  for (const [name, handler] of handlers) connection.on(name, handler);
  return connection;
}

/**
 * Creates a connection and starts it.
 *
 * @example
 * await using chat = await connect<ChatHub>('/chat', { handlers: { messageReceived: (from, text) => show(from, text) } });
 * await chat.invoke.send('hello');
 */
export async function connect<THub = DynamicContract, TClient = HubClientOf<THub>>(
  target: string | ConnectionFactory,
  options: ConnectOptions<TClient> = {},
): Promise<HubConnection<THub, TClient>> {
  const connection = createHubConnection<THub, TClient>(target, options);
  await connection.start();
  return connection;
}
