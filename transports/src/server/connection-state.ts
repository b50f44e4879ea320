import type { CloseReason } from '../connection.ts';
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
