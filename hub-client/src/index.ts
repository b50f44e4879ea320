export { connect, createHubConnection, type ConnectOptions } from './connect.ts';
export { HubConnection, HubConnectionState } from './hub-connection.ts';
export { HubConnectionBuilder, type IStatefulReconnectOptions } from './hub-connection-builder.ts';
export type { HubCallOptions } from './calls/call-options.ts';
export type { AnyHandler, HandlerName, HubCalls } from './calls/hub-call-types.ts';
export { hubClientDefaults, type HubClientOptions } from './hub-client-options.ts';
export type { ConnectionStatus } from './connection/status.ts';
export { systemClock, type Clock } from './connection/clock.ts';
export {
  AbortError,
  HttpError,
  HubClientError,
  hubClientErrors,
  HubInvocationError,
  isHubClientError,
  TimeoutError,
  type HubClientErrorCode,
} from './errors.ts';
export {
  exponentialBackoff,
  fixedDelays,
  type BackoffOptions,
  type RetryContext,
  type RetryPolicy,
  type RetryPolicy as IRetryPolicy,
} from './connection/reconnect-policy.ts';
export type {
  StreamResult,
  StreamResult as IStreamResult,
  StreamSubscriber,
  StreamSubscriber as IStreamSubscriber,
  StreamSubscription,
  StreamSubscription as ISubscription,
} from './calls/hub-stream.ts';
export { Subject } from './signalr/subject.ts';
export { LogLevel, NullLogger, type ILogger } from './signalr/logging.ts';
export { HttpTransportType, type IHttpConnectionOptions } from './signalr/http-options.ts';
export {
  DefaultHttpClient,
  HttpClient,
  HttpResponse,
  type AbortSignalLike as AbortSignal,
  type HttpRequest,
} from './signalr/http-client.ts';
export type { ITransport } from './signalr/transport-adapter.ts';
export { TransferFormat } from './signalr/transfer-format.ts';
export type { IHubProtocol } from './signalr/protocol-adapter.ts';
export type {
  AckMessage,
  CancelInvocationMessage,
  CloseMessage,
  CompletionMessage,
  HubInvocationMessage,
  HubMessage,
  HubMessageBase,
  InvocationMessage,
  MessageHeaders,
  PingMessage,
  SequenceMessage,
  StreamInvocationMessage,
  StreamItemMessage,
} from './signalr/messages.ts';
export { VERSION } from './version.ts';
export {
  JsonHubProtocol,
  MessageType,
  type ClientHandlers,
  type DynamicContract,
  type HubClientOf,
  type HubInvoker,
  type HubProtocol,
  type HubSender,
  type HubStreamer,
  type HubStreamResult,
  type StreamArgument,
} from '@hubwire/hub-protocol';
export type { Connection, ConnectionFactory, Logger } from '@hubwire/transports';
export type { HttpConnectionOptions } from '@hubwire/transports/client';
