import type { Logger } from '@hubwire/transports';
import type { HubPeer } from './hub-peer.ts';

/** What is about to be called on one client. */
export interface OutboundCall {
  readonly target: string;
  readonly arguments: readonly unknown[];
}

/** The client that it is called on. */
export interface OutboundRecipient {
  readonly connectionId: string;
  readonly userIdentifier: string | undefined;
  /** What `authenticate` returned. */
  readonly user: unknown;
}

/**
 * Decides for each recipient of each call: `true` sends it as it is, `false` leaves the recipient out, and a list
 * replaces the arguments for this recipient alone. It runs where the recipient is connected, and MUST NOT change what it
 * is given. A recipient for which it throws is left out.
 */
export type OutboundFilter = (call: OutboundCall, recipient: OutboundRecipient) => boolean | readonly unknown[];

/** Asks the filter; what it throws is logged and says no, since the caller is not the one to be told. */
export function askOutboundFilter(
  filter: OutboundFilter,
  { call, peer, logger }: { readonly call: OutboundCall; readonly peer: HubPeer; readonly logger: Logger },
): boolean | readonly unknown[] {
  try {
    return filter(call, peer);
  } catch (error) {
    logger.log('error', 'outboundFilterFailed', { connectionId: peer.connectionId, target: call.target, error });
    return false;
  }
}
