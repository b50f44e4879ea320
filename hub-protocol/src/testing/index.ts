export {
  defineHubProtocolConformance,
  type HubProtocolConformance,
  type ProtocolVector,
} from './hub-protocol-conformance.ts';
export { arbitraryHubMessage, arbitraryValue } from './arbitrary-hub-message.ts';
export type { RawMessage } from './malformed-messages.ts';
