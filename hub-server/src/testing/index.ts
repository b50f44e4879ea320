export { CallFailed, TestClient, type TestClientHandler, type TestClientOptions } from './test-client.ts';
export { RecordingLogger, type LogEvent } from './recording-logger.ts';
export {
  defineBackplaneConformance,
  type BackplaneConformanceOptions,
  type TestRunner,
} from './backplane-conformance.ts';
export { within } from './within.ts';
