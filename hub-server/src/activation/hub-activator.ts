import type { Hub } from '../hub.ts';

/** A class whose instances are hubs. */
export type HubConstructor<THub extends Hub<unknown> = Hub<unknown>> = abstract new (...args: never[]) => THub;

/** Makes the hub that serves one invocation, and lets go of it afterwards. */
export interface HubActivator {
  create(): Hub<unknown>;
  /** Called when the invocation, or the stream that it returned, has ended. */
  release(hub: Hub<unknown>): void | Promise<void>;
}
