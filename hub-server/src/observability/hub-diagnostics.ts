import { errorCode, limitOf } from './error-code.ts';
import { hubChannels } from './hub-channels.ts';
import type { HubCounters } from './hub-counters.ts';
import type { InvocationStartedEvent, MessageDroppedEvent } from './hub-events.ts';

/** A connection, as it is told of. */
interface TracedConnection {
  readonly connectionId: string;
  readonly transport: string;
}

/** What waited for a client that does not read. */
interface FullQueue {
  readonly bytes: number;
  readonly limit: 'sendQueueBytes' | 'sendQueueMessages';
}

/** A call that somebody follows. */
export interface InvocationTrace extends InvocationStartedEvent {
  readonly startedMs: number;
}

/**
 * Counts what happens to one hub, and tells those who subscribed to `hubEvents`. While nobody did, it costs additions
 * alone: no event is made, no clock is asked.
 */
export class HubDiagnostics {
  readonly #hub: string;
  readonly #errors = new Map<string, number>();
  readonly #limits = new Map<string, number>();
  #connections = 0;
  #openConnections = 0;
  #received = 0;
  #sent = 0;
  #dropped = 0;
  #invocations = 0;
  #runningInvocations = 0;
  #failedInvocations = 0;
  #slowConsumers = 0;

  constructor(hub: string) {
    this.#hub = hub;
  }

  /** A connection was accepted; its handshake is to come. */
  accepted(): void {
    this.#connections += 1;
    this.#openConnections += 1;
  }

  /** A connection is gone, and `onDisconnected` has run. */
  released(): void {
    this.#openConnections -= 1;
  }

  /** The handshake is done. */
  connected({ connectionId, transport }: TracedConnection): void {
    if (hubChannels.connected.hasSubscribers)
      hubChannels.connected.publish({ hub: this.#hub, connectionId, transport });
  }

  /** `sinceMs` is when `connected` was called, by `performance.now()`; `undefined` when the handshake was never done. */
  disconnected(connection: TracedConnection, sinceMs: number | undefined, error: Error | undefined): void {
    const code = error && errorCode(error);
    if (code !== undefined) this.#count(code);
    if (sinceMs === undefined || !hubChannels.disconnected.hasSubscribers) return;
    const { connectionId, transport } = connection;
    const durationMs = performance.now() - sinceMs;
    hubChannels.disconnected.publish({ hub: this.#hub, connectionId, transport, durationMs, code });
  }

  requestRefused(status: number, code: string | undefined): void {
    if (code !== undefined) this.#count(code);
    if (hubChannels.requestRefused.hasSubscribers) {
      hubChannels.requestRefused.publish({ hub: this.#hub, status, code });
    }
  }

  messageReceived(): void {
    this.#received += 1;
  }

  messageSent(): void {
    this.#sent += 1;
  }

  messageDropped(dropped: Omit<MessageDroppedEvent, 'hub'>): void {
    this.#dropped += 1;
    if (hubChannels.messageDropped.hasSubscribers) hubChannels.messageDropped.publish({ hub: this.#hub, ...dropped });
  }

  /** What a client sent is no message, or one beyond a limit. */
  messageRefused(connectionId: string, error: unknown): void {
    const limit = limitOf(error);
    if (limit !== undefined) this.limitReached(limit, connectionId);
  }

  /** `limit` is the bound of its queue that was reached. */
  slowConsumer(connectionId: string, { bytes: bufferedBytes, limit }: FullQueue): void {
    this.#slowConsumers += 1;
    this.limitReached(limit, connectionId);
    if (hubChannels.slowConsumer.hasSubscribers) {
      hubChannels.slowConsumer.publish({ hub: this.#hub, connectionId, bufferedBytes });
    }
  }

  invocationStarted(): void {
    this.#invocations += 1;
    this.#runningInvocations += 1;
  }

  /** Whether somebody wants to know of single calls. */
  get followsInvocations(): boolean {
    return hubChannels.invocationStarted.hasSubscribers || hubChannels.invocationEnded.hasSubscribers;
  }

  /** Tells of a call that starts; what it returns is for `invocationEnded`. */
  traceInvocation(started: Omit<InvocationStartedEvent, 'hub'>): InvocationTrace {
    const event = { hub: this.#hub, ...started };
    if (hubChannels.invocationStarted.hasSubscribers) hubChannels.invocationStarted.publish(event);
    return { ...event, startedMs: performance.now() };
  }

  invocationEnded(trace: InvocationTrace | undefined, failure: { readonly error: unknown } | undefined): void {
    this.#runningInvocations -= 1;
    const code = failure && this.#failed(failure.error);
    if (trace === undefined) return;
    const { startedMs, ...event } = trace;
    const durationMs = performance.now() - startedMs;
    hubChannels.invocationEnded.publish({ ...event, durationMs, outcome: failure ? 'failed' : 'completed', code });
  }

  /** A call was answered with an error in place of being started. */
  invocationRefused(error: unknown): void {
    this.#invocations += 1;
    this.#failed(error);
  }

  /** `limit` is the name of the option. */
  limitReached(limit: string, connectionId?: string): void {
    this.#limits.set(limit, (this.#limits.get(limit) ?? 0) + 1);
    if (!hubChannels.limitReached.hasSubscribers) return;
    hubChannels.limitReached.publish({ hub: this.#hub, limit, ...(connectionId !== undefined && { connectionId }) });
  }

  counters(): HubCounters {
    return {
      connections: { open: this.#openConnections, total: this.#connections },
      messages: { received: this.#received, sent: this.#sent, dropped: this.#dropped },
      invocations: {
        running: this.#runningInvocations,
        total: this.#invocations,
        failed: this.#failedInvocations,
      },
      slowConsumers: this.#slowConsumers,
      errors: Object.fromEntries(this.#errors),
      limits: Object.fromEntries(this.#limits),
    };
  }

  #failed(error: unknown): string {
    this.#failedInvocations += 1;
    const code = errorCode(error);
    this.#count(code);
    const limit = limitOf(error);
    if (limit !== undefined) this.limitReached(limit);
    return code;
  }

  #count(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }
}
