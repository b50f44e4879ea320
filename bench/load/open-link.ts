import type { LinkKind } from '../contenders/contender.ts';
import type { Link, OpenLink } from './link.ts';
import { openWebSocketLink } from './web-socket-link.ts';

const openers: Readonly<Partial<Record<LinkKind, OpenLink>>> = {
  WebSockets: openWebSocketLink,
};

/** The opener for a kind of link. */
export function openerOf(kind: LinkKind): OpenLink {
  const open = openers[kind];
  if (open === undefined) throw new Error(`There is no load generator for ${kind}.`);
  return open;
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
