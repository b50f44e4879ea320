import type { CloseReason } from '../connection.ts';
import { TransportError } from '../errors.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import type { Carrier } from './server-transport.ts';

/**
 * The life of a connection, whatever carries it:
 *
 * ```
 * negotiated ──► attached ◄──► detached        attached: an exchange carries it
 *     │              │             │           detached: its exchange ended, the client will open another
 *     │              ├─► closing ◄─┤           closing:  this end closed, what is queued still leaves
 *     └──────────────┴─► closed ◄──┘
 * ```
 */
export type ConnectionState =
  | { readonly name: 'negotiated'; readonly sinceMs: number }
  | { readonly name: 'attached'; readonly carrier: Carrier }
  | { readonly name: 'detached'; readonly sinceMs: number }
  | { readonly name: 'closing'; readonly sinceMs: number; readonly carrier: Carrier | undefined }
  | { readonly name: 'closed'; readonly reason: CloseReason };

const next: Record<ConnectionState['name'], readonly ConnectionState['name'][]> = {
  negotiated: ['attached', 'closed'],
  attached: ['detached', 'closing', 'closed'],
  detached: ['attached', 'closing', 'closed'],
  closing: ['closing', 'closed'],
  closed: [],
};

export function canMove(from: ConnectionState, to: ConnectionState): boolean {
  return next[from.name].includes(to.name);
}

/** How the state ends for having lasted too long, once it has. */
export function expiryOf(
  state: ConnectionState,
  nowMs: number,
  { negotiatedTimeoutMs, disconnectTimeoutMs }: ResolvedConnectionEndpointOptions,
): CloseReason | undefined {
  switch (state.name) {
    case 'negotiated':
      return nowMs - state.sinceMs >= negotiatedTimeoutMs ? failure('TRANSPORT_NEVER_USED') : undefined;
    case 'detached':
      return nowMs - state.sinceMs >= disconnectTimeoutMs ? failure('TRANSPORT_DISCONNECTED') : undefined;
    case 'closing':
      return nowMs - state.sinceMs >= disconnectTimeoutMs ? { kind: 'local' } : undefined;
    case 'attached':
    case 'closed':
      return undefined;
  }
}

function failure(code: 'TRANSPORT_NEVER_USED' | 'TRANSPORT_DISCONNECTED'): CloseReason {
  return { kind: 'failed', error: new TransportError(code) };
}
