import type * as Hubwire from '@hubwire/hub-client';
import type { HubProtocol } from '@hubwire/hub-protocol';
import type { PlatformHub } from './platform-hub.ts';

export interface UseOptions {
  readonly url: string;
  /** By itself it chooses one. */
  readonly transport?: 'WebSockets' | 'ServerSentEvents' | 'LongPolling' | undefined;
  readonly protocol?: HubProtocol;
}

/** What came of it; all of it can be sent between threads and processes. */
export interface Used {
  readonly transport: string;
  readonly greetings: readonly string[];
  readonly reversed: readonly number[];
  readonly counted: readonly number[];
  readonly joined: string;
  readonly state: string;
}

/**
 * Makes every kind of call once, with the client that it is given. Its text travels into pages and workers, so it refers
 * to nothing outside of itself.
 */
export async function useHubConnection(
  hubwire: typeof Hubwire,
  { url, transport, protocol }: UseOptions,
): Promise<Used> {
  const builder = new hubwire.HubConnectionBuilder<PlatformHub>();
  builder.withUrl(url, transport === undefined ? {} : { transport: hubwire.HttpTransportType[transport] });
  if (protocol !== undefined) builder.withHubProtocol(protocol);
  const hub = builder.build();
  const greetings: string[] = [];
  hub.on('greeted', (greeting) => void greetings.push(greeting));
  await hub.start();
  const used = await hub.invoke.greet('you');
  const reversed = await hub.invoke.reverse(protocol === undefined ? [1, 2, 3] : new Uint8Array([1, 2, 3]));
  const counted: number[] = [];
  for await (const item of hub.stream.count(3)) counted.push(item);
  const parts = new hubwire.Subject<string>();
  const joining = hub.invoke.concat(parts);
  for (const part of ['a', 'b', 'c']) parts.next(part);
  parts.complete();
  const joined = await joining;
  await hub.stop();
  return { transport: used, greetings, reversed, counted, joined, state: hub.state };
}

/** What has to come of it. */
export function expectedUse(transport: string): Used {
  return {
    transport,
    greetings: ['Hello you'],
    reversed: [3, 2, 1],
    counted: [1, 2, 3],
    joined: 'abc',
    state: 'Disconnected',
  };
}
