import type { HubSession } from './hub-session.ts';

/** While a connection is being made: aborting `attempt` gives it up; `settled` never rejects. */
interface AttemptState {
  readonly attempt: AbortController;
  readonly settled: Promise<unknown>;
}

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
  | ({ readonly name: 'connecting' } & AttemptState)
  | { readonly name: 'connected'; readonly session: HubSession }
  | ({ readonly name: 'reconnecting'; readonly error: Error | undefined } & AttemptState)
  | { readonly name: 'disconnecting'; readonly stopped: Promise<void> };
