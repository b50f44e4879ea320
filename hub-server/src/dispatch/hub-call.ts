import type { InvocationMessage, StreamInvocationMessage } from '@hubwire/hub-protocol';
import type { InboundStream } from '@hubwire/hub-protocol/peer';
import type { HubMethodDescriptor } from './hub-method-descriptor.ts';

/** A call that arrived. */
export interface HubCall {
  readonly message: InvocationMessage | StreamInvocationMessage;
  readonly descriptor: HubMethodDescriptor;
  /** The streams that come with it, in the order of the method's stream parameters. */
  readonly uploads: readonly InboundStream<unknown>[];
  /** How many streams it keeps open, its answer included. */
  readonly openStreams: number;
  /** Why its method will not be called; known before its turn comes. */
  readonly refusal: Error | undefined;
}
