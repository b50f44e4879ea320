export { createHubContext, type HubContext, type HubProviderProps } from './hub-context.ts';
export type { HubStreamState } from './stream-store.ts';
export { useHub } from './use-hub.ts';
export { useHubEvent } from './use-hub-event.ts';
export { useHubState } from './use-hub-state.ts';
export { useHubStream, type UseHubStreamOptions } from './use-hub-stream.ts';
