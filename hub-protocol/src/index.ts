export type { HubProtocol, Payload } from './hub-protocol.ts';
export { hubProtocolLimitDefaults, type HubProtocolLimits } from './hub-protocol-options.ts';
export { hubProtocolErrors, HubProtocolError, isHubProtocolError, type HubProtocolErrorCode } from './errors.ts';
export {
  MessageType,
  type AckMessage,
  type CallFailure,
  type CallFailureReason,
  type CancelInvocationMessage,
  type CloseMessage,
  type CompletionMessage,
  type CompletionOutcome,
  type HubMessage,
  type InvocationMessage,
  type MessageHeaders,
  type PingMessage,
  type SequenceMessage,
  type StreamInvocationMessage,
  type StreamItemMessage,
} from './messages.ts';
export { validateMessage, type MessageFields } from './validate-message.ts';
export { joinPayloads, PayloadReader } from './framing/message-framing.ts';
export {
  HandshakeReader,
  parseHandshakeRequest,
  parseHandshakeResponse,
  writeHandshakeRequest,
  writeHandshakeResponse,
  type HandshakeProgress,
  type HandshakeRequest,
  type HandshakeResponse,
} from './handshake.ts';
export { JsonHubProtocol } from '#json-hub-protocol';
export type {
  ClientHandlers,
  ClientMethods,
  DynamicContract,
  hubClient,
  HubBaseMember,
  HubClientOf,
  HubInvoker,
  HubMethods,
  HubSender,
  HubStreamer,
  HubStreamResult,
  StreamArgument,
} from './contract.ts';
