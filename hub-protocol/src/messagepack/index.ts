export {
  MessagePackHubProtocol,
  messagePackHubProtocolDefaults,
  type MessagePackHubProtocolOptions,
} from './messagepack-hub-protocol.ts';
