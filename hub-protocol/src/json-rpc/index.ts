export { idOf, invocationIdOf, nullId } from './json-rpc-id.ts';
export { jsonRpcFailures, type JsonRpcError, type JsonRpcRefusal } from './json-rpc-failures.ts';
export {
  JsonRpcReader,
  type JsonRpcEntry,
  type JsonRpcFrame,
  type JsonRpcParameters,
  type JsonRpcReaderLimits,
} from './read-json-rpc.ts';
export {
  jsonRpcEncoding,
  jsonRpcEventEncoding,
  writeFailure,
  writeResult,
  type HubMessageEncoding,
} from './write-json-rpc.ts';
