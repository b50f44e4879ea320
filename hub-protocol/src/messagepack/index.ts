export { MessagePackHubProtocol, type MessagePackHubProtocolOptions } from './messagepack-hub-protocol.ts';
