import type { Audience } from './audience.ts';

interface EnvelopeBase {
  /** The node that published it. */
  readonly origin: string;
}

/** What one node tells the others. */
export type Envelope = EnvelopeBase &
  (
    | {
        readonly kind: 'invocation';
        readonly audience: Audience;
        readonly target: string;
        readonly arguments: readonly unknown[];
      }
    /** The connection is on some other node: the one that holds it joins or leaves the group for it. */
    | { readonly kind: 'join' | 'leave'; readonly group: string; readonly connectionId: string }
  );
