import type { HubProtocol } from '@hubwire/hub-protocol';
import type { Logger } from '@hubwire/transports';
import type { Clock } from './clock.ts';

/** Times to keep: they may change while a session uses them. */
export interface KeepAliveTimes {
  /** A ping is due when nothing was sent for so long. */
  keepAliveIntervalMs: number;
  /** The server counts as gone when nothing arrived for so long. */
  serverTimeoutMs: number;
}

/** What the sessions of one hub connection have in common. */
export interface HubSessionOptions extends Readonly<KeepAliveTimes> {
  readonly protocol: HubProtocol;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maximumMessageBytes: number;
  readonly maximumPendingCalls: number;
  readonly maximumBufferedBytes: number;
  readonly closeTimeoutMs: number;
}

/** How a session ended. */
export interface SessionEnd {
  /** `undefined` for an orderly end. */
  readonly error: Error | undefined;
  /** `false` when one of the two ends wanted the end. */
  readonly mayReconnect: boolean;
}

/** A call whose answer is awaited. */
export interface PendingCall {
  readonly item: (item: unknown) => void;
  /** The answer, or an error; called once. */
  readonly end: (error?: Error, result?: unknown) => void;
}
