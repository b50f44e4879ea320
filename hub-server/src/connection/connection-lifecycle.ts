import type { HandshakeReader } from '@hubwire/hub-protocol';
import type { Frame } from '@hubwire/transports';
import { HubServerError } from '../errors.ts';
import type { HubConnectionContext } from './hub-connection-context.ts';

/**
 * A hub connection from its first byte to its last.
 *
 *     handshaking ──► connecting ──► connected ──► closing ──► closed
 *          │               └─────────────────────────▲  ▲         ▲
 *          ├────────────── refused ─────────────────────┘         │
 *          └──────────────── any state, when the transport ends ──┘
 */
export type HubConnectionState =
  | { readonly name: 'handshaking'; readonly reader: HandshakeReader; readonly deadline: number }
  /** `onConnected` runs; calls wait for it. */
  | { readonly name: 'connecting'; readonly session: HubSession }
  | { readonly name: 'connected'; readonly session: HubSession }
  /** A close message, or a refused handshake, is on its way out. */
  | { readonly name: 'closing'; readonly session: HubSession | undefined; readonly error: Error | undefined }
  | { readonly name: 'closed' };

/** What a connection has once its handshake is over. */
export interface HubSession {
  readonly context: HubConnectionContext;
  /** When the handshake was done, by `performance.now()`. */
  readonly sinceMs: number;
  /** Takes frames; throws for one that holds no valid message. */
  readonly messages: { read(frame: Frame): void };
  /** Settles when `onConnected` has: `false` when it failed. */
  readonly welcomed: Promise<boolean>;
}

const next: Readonly<Record<HubConnectionState['name'], readonly HubConnectionState['name'][]>> = {
  handshaking: ['connecting', 'closing', 'closed'],
  connecting: ['connected', 'closing', 'closed'],
  connected: ['closing', 'closed'],
  closing: ['closed'],
  closed: [],
};

/** Checks a change of state: a step that is not in the diagram is a defect of ours. */
export function transition(from: HubConnectionState, to: HubConnectionState): HubConnectionState {
  if (!next[from.name].includes(to.name)) {
    throw new HubServerError('HUB_CONNECTION_CLOSED', `A connection cannot go from '${from.name}' to '${to.name}'.`);
  }
  return to;
}
