import { HubServerError } from '../errors.ts';
import { Hub } from '../hub.ts';
import { disposeHub } from './dispose-hub.ts';
import type { HubActivator, HubConstructor } from './hub-activator.ts';
import type { HubContainer } from './hub-container.ts';

/** Makes hubs with an inversify container; a hub class that is not bound is bound to itself, transient. */
export function containerHubActivator(hubClass: HubConstructor, container: HubContainer): HubActivator {
  return {
    create() {
      const hub = container.get(hubClass, { autobind: true });
      if (hub instanceof Hub) return hub as Hub<unknown>;
      throw new HubServerError('HUB_INVALID_HUB', `The container gave something else for ${hubClass.name}.`);
    },
    release: disposeHub,
  };
}
