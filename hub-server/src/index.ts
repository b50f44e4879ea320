export { createHubServer, type HubServer, type MappedHub } from './hosting/hub-server.ts';
export type { HubFilterOption, HubOptions, HubServerOptions } from './hosting/hub-server-options.ts';
export { bindHubContext, hubContextIdentifier, type HubContextContainer } from './hosting/bind-hub-context.ts';
export { hubConnectionDefaults, type HubConnectionOptions } from './options.ts';
export { hubServerDefaults } from './hosting/hub-server-options.ts';
export { memoryBudgetDefaults, type MemoryBudgetOptions } from './hosting/memory-budget-options.ts';
export { jsonRpcDefaults, type JsonRpcOptions } from './json-rpc-options.ts';
export { Hub } from './hub.ts';
export { hubMethod, type HubMethodDecorator, type HubMethodList, type HubMethodOptions } from './hub-method.ts';
export {
  stream,
  type SchemaInput,
  type SchemaIssue,
  type SchemaOutput,
  type SchemaResult,
  type StandardSchema,
  type StreamSchema,
} from './standard-schema.ts';
export type { HubCallerContext, HubCallerTypes, HubItems } from './hub-caller-context.ts';
export type { HubContext } from './clients/hub-context.ts';
export type { ConnectionDirectory, UserDirectory } from './clients/directories.ts';
export { hubEvents } from './observability/hub-events.ts';
export type {
  ConnectedEvent,
  DisconnectedEvent,
  HubEventMap,
  InvocationEndedEvent,
  InvocationStartedEvent,
  LimitReachedEvent,
  MemoryEvent,
  MessageDroppedEvent,
  RequestRefusedEvent,
  SlowConsumerEvent,
} from './observability/hub-events.ts';
export type { HubCounters } from './observability/hub-counters.ts';
export type { GroupManager } from './clients/group-manager.ts';
export type { HubCallerClients, HubClients } from './clients/hub-clients.ts';
export type {
  ClientGatherProxy,
  ClientInvokeProxy,
  ClientProxy,
  ClientSendProxy,
  SingleClientProxy,
} from './clients/client-proxy.ts';
export type { ClientCallOptions, ClientResultOptions } from './lifetime/hub-peer.ts';
export type { HubSlowConsumerPolicy, SlowConsumerPolicy } from './slow-consumer-policy.ts';
export type { OutboundCall, OutboundFilter, OutboundRecipient } from './lifetime/outbound-filter.ts';
export type { ClientOutcome } from './lifetime/hub-lifetime-manager.ts';
export {
  authorize,
  type AuthorizationContext,
  type AuthorizationPolicy,
  type AuthorizationRequirement,
  type AuthorizationRules,
  type AuthorizeDecorator,
} from './auth/authorize.ts';
export type { HubFilter, HubInvocationContext } from './dispatch/hub-filter.ts';
export { rateLimit, rateLimitDefaults, type RateLimit, type RateLimitOptions } from './dispatch/rate-limit.ts';
export type { HubConstructor } from './activation/hub-activator.ts';
export type { ContainerIdentifier, HubContainer } from './activation/hub-container.ts';
export type { Audience } from './backplane/audience.ts';
export type { Backplane } from './backplane/backplane.ts';
export type { Envelope } from './backplane/envelope.ts';
export { InMemoryBackplane } from './backplane/in-memory-backplane.ts';
export {
  HubException,
  HubServerError,
  hubServerErrors,
  isHubException,
  isHubServerError,
  type HubServerErrorCode,
} from './errors.ts';
export { nullLogger, type Logger, type LogLevel } from '@hubwire/transports';
