import { watchCancellation, type HubCall } from './call-options.ts';
import type { Clock } from '../connection/clock.ts';
import { HubClientError } from '../errors.ts';
import type { HubSession } from '../connection/hub-session.ts';

/** A call on its way to a session. Exactly one of the two is called. */
export interface GatedCall {
  start(session: HubSession, call: HubCall): void;
  fail(error: Error): void;
}

export interface CallGateOptions {
  readonly clock: Clock;
  /** Calls that may wait; one more is refused. */
  readonly maximumQueuedCalls: number;
}

interface WaitingCall {
  start(session: HubSession): void;
  fail(error: Error): void;
}

/** Holds calls back until there is a session, in their order. */
export class CallGate {
  readonly #options: CallGateOptions;
  readonly #waiting = new Set<WaitingCall>();

  constructor(options: CallGateOptions) {
    this.#options = options;
  }

  /** Queues a call; returns what takes it back. */
  wait(call: HubCall, gated: GatedCall): () => void {
    const { clock, maximumQueuedCalls } = this.#options;
    if (this.#waiting.size >= maximumQueuedCalls) {
      gated.fail(new HubClientError('HUB_CLIENT_CALL_QUEUE_FULL', `At most ${maximumQueuedCalls} may.`));
      return () => {};
    }
    const queuedAt = clock.now();
    const leave = (): void => {
      this.#waiting.delete(waiting);
      stopWatching();
    };
    const waiting: WaitingCall = {
      start(session) {
        leave();
        gated.start(session, withTimeLeft(call, clock.now() - queuedAt));
      },
      fail(error) {
        leave();
        gated.fail(error);
      },
    };
    const stopWatching = watchCancellation(call.options, clock, (reason) => waiting.fail(reason));
    this.#waiting.add(waiting);
    return leave;
  }

  /** Lets everything that waits go. */
  open(session: HubSession): void {
    for (const call of this.#waiting) call.start(session);
  }

  /** There will be no session. */
  failAll(error: Error): void {
    for (const call of this.#waiting) call.fail(error);
  }
}

function withTimeLeft(call: HubCall, waitedMs: number): HubCall {
  const { timeoutMs } = call.options;
  if (timeoutMs === undefined) return call;
  return { ...call, options: { ...call.options, timeoutMs: Math.max(0, timeoutMs - waitedMs) } };
}
