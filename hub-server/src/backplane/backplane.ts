import type { Envelope } from './envelope.ts';

/**
 * Carries envelopes between the processes that serve one hub.
 *
 * - `publish` MUST hand the envelope to every other subscriber of the same hub name and MAY hand it back to its own:
 *   envelopes carry their origin, and a node drops its own.
 * - Envelopes of one publisher MUST arrive in the order in which they were published.
 * - `publish` rejects when the envelope could not be handed over; local receivers have been served by then.
 * - An implementation MUST NOT call `deliver` after `close` has settled.
 */
export interface Backplane {
  publish(hubName: string, envelope: Envelope): Promise<void>;
  /** Starts delivery for one hub; the returned function ends it. */
  subscribe(hubName: string, deliver: (envelope: Envelope) => void): Promise<() => void>;
  close(): Promise<void>;
}
