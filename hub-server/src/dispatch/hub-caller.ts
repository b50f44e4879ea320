import type { HubMessage } from '@hubwire/hub-protocol';
import type { InboundStreams } from '@hubwire/hub-protocol/peer';
import type { HubCallerContext } from '../hub-caller-context.ts';
import type { HubPeer } from '../lifetime/hub-peer.ts';
import type { CallQueue } from './call-queue.ts';
import type { HubCall } from './hub-call.ts';

/** A connection, as the dispatcher sees it. */
export interface HubCaller extends HubPeer {
  readonly context: HubCallerContext;
  readonly calls: CallQueue<HubCall>;
  /** The streams that the client uploads. */
  readonly uploads: InboundStreams;
  /** What a cancel, or the end of the connection, aborts: by invocation id, or by the call itself. */
  readonly cancellations: Map<string | HubCall, AbortController>;
  /** Encodes and queues a message; throws `PROTOCOL_CANNOT_WRITE`. */
  write(message: HubMessage): void;
  /** When there is room for more; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined;
  /** Stops (`false`) and resumes (`true`) the reading of the connection on behalf of `holder`. */
  setReading(reading: boolean, holder: object): void;
}
