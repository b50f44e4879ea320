import { readFileSync } from 'node:fs';

/** Place of a counter on the first line of `/proc/stat`; proc(5). */
const stealField = 8;

interface Ticks {
  readonly stolen: number;
  readonly all: number;
}

/**
 * Starts a watch on what the host of a virtual machine takes from it. What it returns says which share of the time of all
 * cores that was since: from 0, which is also said where the system does not tell, to 1.
 */
export function watchStolenTime(): () => number {
  const before = readTicks();
  return () => {
    const after = readTicks();
    const passed = after.all - before.all;
    return passed > 0 ? (after.stolen - before.stolen) / passed : 0;
  };
}

function readTicks(): Ticks {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
    // The two fields after it, of guests, are part of others.
    const counters = line
      .split(/\s+/)
      .slice(1, stealField + 1)
      .map(Number);
    return { stolen: counters[stealField - 1] ?? 0, all: counters.reduce((sum, ticks) => sum + ticks, 0) };
  } catch {
    return { stolen: 0, all: 0 };
  }
}
