import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds on to. */
export interface Holdings {
  /** After garbage collection. */
  readonly heapBytes: number;
  /** Sockets, servers and timers that keep the process alive, by their kind. */
  readonly resources: Readonly<Record<string, number>>;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export function openResources(): Holdings['resources'] {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export async function holdings(): Promise<Holdings> {
  // What a finalizer or a turn of the event loop lets go is collected by a later round.
  for (let round = 0; round < 5; round += 1) {
    collectGarbage();
    await delay(1);
  }
  return { heapBytes: process.memoryUsage().heapUsed, resources: openResources() };
}

/** Waits until `isSo`, looking at it every few milliseconds; the rejection says what was seen last. */
export async function settled(isSo: () => boolean, describe: () => string, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`Waited ${ms} ms in vain: ${describe()}`);
    await delay(20);
  }
}
