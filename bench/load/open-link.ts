import type { LinkKind } from '../contenders/contender.ts';
import { httpOpener } from './http-link.ts';
import { engineIoStyle, longPollingStyle, serverSentEventsStyle } from './http-styles.ts';
import type { Link, OpenLink } from './link.ts';
import { openWebSocketLink } from './web-socket-link.ts';

const openers: Readonly<Record<LinkKind, OpenLink>> = {
  WebSockets: openWebSocketLink,
  ServerSentEvents: httpOpener(serverSentEventsStyle),
  LongPolling: httpOpener(longPollingStyle),
  EngineIoPolling: httpOpener(engineIoStyle),
};

/** The opener for a kind of link. */
export function openerOf(kind: LinkKind): OpenLink {
  return openers[kind];
}

/** Runs `open` so many times, a few of them at once. */
export async function openMany(count: number, open: (index: number) => Promise<Link>): Promise<Link[]> {
  const links: Link[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      links[index] = await open(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, 64) }, worker));
  return links;
}
