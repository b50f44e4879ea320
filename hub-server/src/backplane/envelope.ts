import type { SlowConsumerPolicy } from '../slow-consumer-policy.ts';
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
        /** The policy that the sender named; without one, each node has that of its hub. */
        readonly slowConsumer?: SlowConsumerPolicy;
      }
    /** The connection is on some other node: the one that holds it joins or leaves the group for it. */
    | { readonly kind: 'join' | 'leave'; readonly group: string; readonly connectionId: string }
  );
