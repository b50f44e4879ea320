import type { KeepAliveOptions } from '@hubwire/hub-protocol/peer';
import type { Logger } from '@hubwire/transports';
import type { HubDispatcher } from '../dispatch/hub-dispatcher.ts';
import type { HubLifetimeManager } from '../lifetime/hub-lifetime-manager.ts';
import type { HubDiagnostics } from '../observability/hub-diagnostics.ts';
import type { ResolvedHubConnectionOptions } from '../options.ts';
import type { Sweeper } from './sweeper.ts';

/** What every connection of one hub shares. */
export interface HubConnectionEnvironment {
  readonly options: ResolvedHubConnectionOptions;
  readonly keepAlive: KeepAliveOptions;
  readonly dispatcher: HubDispatcher;
  readonly lifetime: HubLifetimeManager;
  readonly sweeper: Sweeper;
  readonly diagnostics: HubDiagnostics;
  readonly logger: Logger;
}
