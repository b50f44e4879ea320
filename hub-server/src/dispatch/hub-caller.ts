import type { HubMessage } from '@hubwire/hub-protocol';
import type { InboundStreams } from '@hubwire/hub-protocol/peer';
import type { HubCallerContext } from '../hub-caller-context.ts';
import type { HubPeer } from '../lifetime/hub-peer.ts';
import type { CallQueue } from './call-queue.ts';
import type { Cancellations } from './cancellations.ts';
import type { HubCall } from './hub-call.ts';

/** A connection, as the dispatcher sees it. */
export interface HubCaller extends HubPeer {
  readonly context: HubCallerContext;
  readonly calls: CallQueue<HubCall>;
  /** The streams that the client uploads. */
  readonly uploads: InboundStreams;
  readonly cancellations: Cancellations;
  /** Streams of both directions that are open or belong to calls that wait. */
  openStreams: number;
  /** Encodes and queues a message; throws `PROTOCOL_CANNOT_WRITE`. */
  write(message: HubMessage): void;
  /** When there is room for more; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined;
  /** Stops (`false`) and resumes (`true`) the reading of the connection on behalf of `holder`. */
  setReading(reading: boolean, holder: object): void;
}
