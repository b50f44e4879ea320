/**
 * The channels of `node:diagnostics_channel` that hub servers publish to. A name goes away only in a major release;
 * `docs/observability.md` lists them all.
 */
export const hubEvents = {
  connected: 'hubwire:connected',
  disconnected: 'hubwire:disconnected',
  requestRefused: 'hubwire:request:refused',
  invocationStarted: 'hubwire:invocation:started',
  invocationEnded: 'hubwire:invocation:ended',
  messageDropped: 'hubwire:message:dropped',
  slowConsumer: 'hubwire:slow-consumer',
  limitReached: 'hubwire:limit:reached',
  memory: 'hubwire:memory',
} as const;

/** What every event of a hub says. No event holds a token, a user or the content of a message. */
interface HubEvent {
  /** The path of the hub. */
  readonly hub: string;
}

interface ConnectionEvent extends HubEvent {
  readonly connectionId: string;
}

/** The handshake is done. */
export interface ConnectedEvent extends ConnectionEvent {
  readonly transport: string;
}

/** A connection whose handshake had been done has ended. */
export interface DisconnectedEvent extends ConnectionEvent {
  readonly transport: string;
  /** How long it was connected, in milliseconds. */
  readonly durationMs: number;
  /** The code of the error that ended it; `undefined` for an orderly end. */
  readonly code: string | undefined;
}

/** A request was answered with an error before a connection came of it, or beside one. */
export interface RequestRefusedEvent extends HubEvent {
  readonly status: number;
  /** `undefined` for a rejection of the application's own. */
  readonly code: string | undefined;
}

export interface InvocationStartedEvent extends ConnectionEvent {
  /** The method as the hub declares it, or the target of a call that there is no method for. */
  readonly method: string;
  readonly kind: 'invoke' | 'send' | 'stream';
}

export interface InvocationEndedEvent extends InvocationStartedEvent {
  /** From its start to its answer, or to the last item of its stream, in milliseconds. */
  readonly durationMs: number;
  readonly outcome: 'completed' | 'failed';
  /** The code of what it failed with: one of `docs/errors.md`, `HubException`, or `unexpected`. */
  readonly code: string | undefined;
}

/** A message that was to be sent to a client was not, as the policy for full queues says. */
export interface MessageDroppedEvent extends ConnectionEvent {
  readonly target: string;
  /** `replaced`: a newer one took its place. */
  readonly reason: 'dropped' | 'replaced';
}

/** A client is let go because it does not read what is sent to it. */
export interface SlowConsumerEvent extends ConnectionEvent {
  readonly bufferedBytes: number;
}

/** A limit did what it is there for. */
export interface LimitReachedEvent extends HubEvent {
  /** The name of the option. */
  readonly limit: string;
  /** Absent where there is no connection, or none yet. */
  readonly connectionId?: string;
}

/** The process went above its memory budget, or came back below it. */
export interface MemoryEvent {
  readonly state: 'shedding' | 'recovered';
  readonly bytes: number;
}

/** What is published on each channel. */
export interface HubEventMap {
  readonly [hubEvents.connected]: ConnectedEvent;
  readonly [hubEvents.disconnected]: DisconnectedEvent;
  readonly [hubEvents.requestRefused]: RequestRefusedEvent;
  readonly [hubEvents.invocationStarted]: InvocationStartedEvent;
  readonly [hubEvents.invocationEnded]: InvocationEndedEvent;
  readonly [hubEvents.messageDropped]: MessageDroppedEvent;
  readonly [hubEvents.slowConsumer]: SlowConsumerEvent;
  readonly [hubEvents.limitReached]: LimitReachedEvent;
  readonly [hubEvents.memory]: MemoryEvent;
}
