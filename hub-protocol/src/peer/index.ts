export { KeepAlive, type KeepAliveOptions, type KeepAliveVerdict } from './keep-alive.ts';
export { PendingInvocations, type PendingInvocation, type PendingInvocationsOptions } from './pending-invocations.ts';
export { InboundStream, type InboundStreamOwner } from './inbound-stream.ts';
export { InboundStreams, type InboundStreamsOptions } from './inbound-streams.ts';
export { pumpStream, type StreamEnd, type StreamSink } from './outbound-stream.ts';
export {
  isStreamSource,
  streamIterator,
  type StreamObserver,
  type StreamSource,
  type Subscribable,
} from './stream-source.ts';
export { toError } from './to-error.ts';
