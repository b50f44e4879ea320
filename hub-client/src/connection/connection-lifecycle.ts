import type { HubSession } from './hub-session.ts';

/**
 * Where a hub connection is. What only makes sense in a state lives in that state.
 *
 *     disconnected ──► connecting ──► connected ──► reconnecting ──► connected
 *          ▲               │              │              │
 *          ├───────────────┴──────────────┴──────────────┤
 *          └───────────────── disconnecting ◄────────────┘   (also from connecting and connected, by stop())
 */
export type ClientState =
  | { readonly name: 'disconnected'; readonly error?: Error | undefined }
  /** The first `start`: aborting `attempt` gives it up; `settled` never rejects. */
  | { readonly name: 'connecting'; readonly attempt: AbortController; readonly settled: Promise<void> }
  | { readonly name: 'connected'; readonly session: HubSession }
  | {
      readonly name: 'reconnecting';
      readonly attempt: AbortController;
      readonly settled: Promise<void>;
      readonly error: Error | undefined;
    }
  | { readonly name: 'disconnecting'; readonly stopped: Promise<void> };

export type ClientStateName = ClientState['name'];

const allowed: Readonly<Record<ClientStateName, readonly ClientStateName[]>> = {
  disconnected: ['connecting'],
  connecting: ['connected', 'disconnecting', 'disconnected'],
  connected: ['reconnecting', 'disconnecting', 'disconnected'],
  reconnecting: ['connected', 'disconnecting', 'disconnected'],
  disconnecting: ['disconnected'],
};

/** Holds the state of one connection; `transition` is the only thing that changes it. */
export class ConnectionLifecycle {
  readonly #onTransition: (next: ClientState, previous: ClientState) => void;
  #state: ClientState = { name: 'disconnected' };

  /** `onTransition` MUST NOT throw. */
  constructor(onTransition: (next: ClientState, previous: ClientState) => void) {
    this.#onTransition = onTransition;
  }

  get state(): ClientState {
    return this.#state;
  }

  transition(next: ClientState): void {
    const previous = this.#state;
    if (!allowed[previous.name].includes(next.name)) {
      throw new Error(`A connection cannot go from '${previous.name}' to '${next.name}'.`);
    }
    this.#state = next;
    this.#onTransition(next, previous);
  }
}
