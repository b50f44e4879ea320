import type { Hub } from '../hub.ts';
import type { HubActivator, HubConstructor } from './hub-activator.ts';
import { disposeHub } from './dispose-hub.ts';

/** Makes hubs with `new`, for hubs without constructor parameters. */
export function defaultHubActivator(hubClass: HubConstructor): HubActivator {
  const ConcreteHub = hubClass as new () => Hub<unknown>;
  return { create: () => new ConcreteHub(), release: disposeHub };
}
