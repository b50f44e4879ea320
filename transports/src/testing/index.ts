export {
  defineTransportConformance,
  type OpenedPair,
  type TestRunner,
  type TransportConformanceOptions,
} from './transport-conformance.ts';
export { ConnectionRecorder } from './connection-recorder.ts';
export { within } from './within.ts';
