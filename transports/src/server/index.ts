export { bearerToken } from './authentication.ts';
export { ConnectionEndpoint, type SubPath } from './connection-endpoint.ts';
export {
  connectionEndpointDefaults,
  resolveConnectionEndpointOptions,
  type AllowedOrigins,
  type ConnectionEndpointObserver,
  type ConnectionEndpointOptions,
  type CorsOptions,
  type NegotiateDecision,
  type NegotiateHook,
  type PerMessageDeflateOptions,
  type ResolvedConnectionEndpointOptions,
  type ServerTransportName,
  type WebSocketEngine,
} from './connection-endpoint-options.ts';
export { ConnectionRouter } from './connection-router.ts';
export { expressRouter, type MiddlewareHandler } from './express-adapter.ts';
export { HttpRejection, type HttpRejectionOptions } from './http-rejection.ts';
export { parseCookies } from '../parse-cookies.ts';
export { ConnectionRequest, type RequestHead, type RequestQuery } from '../connection-request.ts';
export type { ServerConnection } from '../server-connection.ts';
export type {
  CarriedConnection,
  Carrier,
  CarrierEnd,
  Exchange,
  RequestExchange,
  ServerTransport,
  UpgradeExchange,
} from './server-transport.ts';
