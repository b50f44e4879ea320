export { createHttpConnectionFactory } from './http-connection.ts';
export { httpConnectionDefaults, type HttpConnectionOptions, type TransportName } from './http-connection-options.ts';
export type { ClientTransport, ConnectRequest, TransportSettings } from './client-transport.ts';
export {
  HttpStatusError,
  type AccessTokenFactory,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from './http-client.ts';
export { PostingConnection, type PostingConnectionOptions } from './posting-connection.ts';
export type { WebSocketConstructor, WebSocketEvent, WebSocketInit, WebSocketLike } from './platform/web-socket-like.ts';
export type {
  EventSourceConstructor,
  EventSourceEvent,
  EventSourceInit,
  EventSourceLike,
} from './platform/event-source-like.ts';
