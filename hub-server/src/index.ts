export { createHubServer, type ClientOf, type HubServer, type MappedHub } from './hosting/hub-server.ts';
export { Hub } from './hub.ts';
export { hubMethod, type HubMethodDecorator, type HubMethodList, type HubMethodOptions } from './hub-method.ts';
export type { HubCallerContext } from './hub-caller-context.ts';
export type { HubContext } from './clients/hub-context.ts';
export type { GroupManager } from './clients/group-manager.ts';
export type { HubCallerClients, HubClients } from './clients/hub-clients.ts';
export type { ClientInvokeProxy, ClientProxy, DynamicClient, SingleClientProxy } from './clients/client-proxy.ts';
export type { ClientResultOptions } from './lifetime/hub-peer.ts';
export type { HubConstructor } from './activation/hub-activator.ts';
export type { HubContainer } from './activation/container-hub-activator.ts';
export type { Audience } from './backplane/audience.ts';
export type { Backplane } from './backplane/backplane.ts';
export type { Envelope } from './backplane/envelope.ts';
export { InMemoryBackplane } from './backplane/in-memory-backplane.ts';
export { hubConnectionDefaults, type HubConnectionOptions, type HubOptions, type HubServerOptions } from './options.ts';
export {
  HubException,
  HubServerError,
  hubServerErrors,
  isHubException,
  isHubServerError,
  type HubServerErrorCode,
} from './errors.ts';
export { nullLogger, type Logger, type LogLevel } from '@hubwire/transports';
