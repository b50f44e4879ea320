import { channel } from 'node:diagnostics_channel';
import { hubEvents, type HubEventMap } from './hub-events.ts';

/** A channel of known content. */
interface HubChannel<TEvent> {
  readonly hasSubscribers: boolean;
  publish(event: TEvent): void;
}

type HubChannels = { readonly [TName in keyof typeof hubEvents]: HubChannel<HubEventMap[(typeof hubEvents)[TName]]> };

/** Held here, because Node.js forgets channels that nobody holds. Events are made only where there are subscribers. */
export const hubChannels = Object.fromEntries(
  Object.entries(hubEvents).map(([key, name]) => [key, channel(name)]),
) as unknown as HubChannels;
