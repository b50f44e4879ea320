import type { ClientState } from '../connection/connection-lifecycle.ts';
import type { HubSession } from '../connection/hub-session.ts';
import { HubClientError } from '../errors.ts';

/** A call on its way to a session. Exactly one of the two is called. */
export interface GatedCall {
  start(session: HubSession): void;
  fail(error: Error): void;
}

export interface CallGateOptions {
  readonly whileReconnecting: 'reject' | 'queue';
  /** Calls that may wait; one more is refused. */
  readonly maximumQueuedCalls: number;
}

/** Lets calls through to the session there is, or holds them back until there is one, in their order. */
export class CallGate {
  readonly #options: CallGateOptions;
  readonly #waiting = new Set<GatedCall>();
  #state: ClientState = { name: 'disconnected' };

  constructor(options: CallGateOptions) {
    this.#options = options;
  }

  pass(call: GatedCall): void {
    const { whileReconnecting, maximumQueuedCalls } = this.#options;
    const { name } = this.#state;
    if (name === 'connected') call.start(this.#state.session);
    else if (whileReconnecting === 'reject' || (name !== 'connecting' && name !== 'reconnecting')) {
      call.fail(new HubClientError('HUB_CLIENT_NOT_CONNECTED'));
    } else if (this.#waiting.size < maximumQueuedCalls) this.#waiting.add(call);
    else call.fail(new HubClientError('HUB_CLIENT_CALL_QUEUE_FULL'));
  }

  /** Takes a call back that still waits. */
  remove(call: GatedCall): void {
    this.#waiting.delete(call);
  }

  onTransition(state: ClientState): void {
    this.#state = state;
    if (state.name === 'connecting' || state.name === 'reconnecting') return;
    for (const call of this.#waiting) {
      this.#waiting.delete(call);
      this.pass(call);
    }
  }
}
