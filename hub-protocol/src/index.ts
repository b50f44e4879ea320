export type { HubProtocol, Payload } from './hub-protocol.ts';
export { hubProtocolErrors, HubProtocolError, isHubProtocolError, type HubProtocolErrorCode } from './errors.ts';
