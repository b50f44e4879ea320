import { JsonHubProtocol, type HubProtocol } from '@hubwire/hub-protocol';
import { applyDefaults, isPositive, nullLogger, type ConnectionFactory, type Logger } from '@hubwire/transports';
import { systemClock, type Clock } from './connection/clock.ts';
import { HubClientError } from './errors.ts';
import type { RetryPolicy } from './connection/reconnect-policy.ts';

/** How a hub connection behaves, whatever it connects over. */
export interface HubClientOptions {
  /** @default new JsonHubProtocol() */
  readonly protocol?: HubProtocol;
  /** When to try again after the connection was lost; `null` never does. @default null */
  readonly reconnect?: RetryPolicy | null;
  /** Whether a failed `start` is tried again as `reconnect` says. @default false */
  readonly retryFirstStart?: boolean;
  /** What becomes of calls while there is no connection but one is being made. @default 'reject' */
  readonly whileReconnecting?: 'reject' | 'queue';
  /** Calls that may wait with `whileReconnecting: 'queue'`. @default 1000 */
  readonly maximumQueuedCalls?: number;
  /** Silence after which the server counts as gone. @default 30000 */
  readonly serverTimeoutMs?: number;
  /** A ping is sent when nothing else was for so long. @default 15000 */
  readonly keepAliveIntervalMs?: number;
  /** For the answer to the handshake. @default 15000 */
  readonly handshakeTimeoutMs?: number;
  /** For an orderly end, after which the connection is cut. @default 5000 */
  readonly closeTimeoutMs?: number;
  /** One message from the server. @default 67108864 */
  readonly maximumMessageBytes?: number;
  /** Calls that may wait for their answer. @default 65536 */
  readonly maximumPendingCalls?: number;
  /** Calls are refused while more than this waits to be sent. @default 16777216 */
  readonly maximumBufferedBytes?: number;
  /** Items kept of a stream whose reader is slower than the server, before the server is held back. @default 1024 */
  readonly streamBufferItems?: number;
  /** Items kept of a stream that is read too slowly to hold the server back, or not at all. @default 65536 */
  readonly maximumStreamItems?: number;
  /** @default nullLogger */
  readonly logger?: Logger;
  /** @default systemClock */
  readonly clock?: Clock;
}

export type HubClientSettings = Required<HubClientOptions>;

export const hubClientDefaults = {
  reconnect: null,
  retryFirstStart: false,
  whileReconnecting: 'reject',
  maximumQueuedCalls: 1_000,
  serverTimeoutMs: 30_000,
  keepAliveIntervalMs: 15_000,
  handshakeTimeoutMs: 15_000,
  closeTimeoutMs: 5_000,
  maximumMessageBytes: 67_108_864,
  maximumPendingCalls: 65_536,
  maximumBufferedBytes: 16_777_216,
  streamBufferItems: 1_024,
  maximumStreamItems: 65_536,
  logger: nullLogger,
  clock: systemClock,
} as const satisfies HubClientOptions;

/** @throws HubClientError `HUB_CLIENT_INVALID_OPTION` with the name of the option */
export function resolveHubClientOptions(options: HubClientOptions): HubClientSettings {
  const { protocol = new JsonHubProtocol(), ...settings } = applyDefaults(hubClientDefaults, options, invalidOption);
  return Object.freeze({ ...settings, protocol });
}

/** @throws HubClientError `HUB_CLIENT_INVALID_OPTION` */
export function requirePositive(name: string, value: unknown): void {
  if (!isPositive(value)) throw invalidOption(name);
}

export function invalidOption(detail: string): HubClientError {
  return new HubClientError('HUB_CLIENT_INVALID_OPTION', detail);
}

/** Where connections come from. */
export interface HubEndpoint {
  /** Empty where there is none. */
  readonly url: string;
  connectTo(url: string): ConnectionFactory;
}
