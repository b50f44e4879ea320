import { readFileSync } from 'node:fs';

// What the kernel counts in, for programs, on every Linux that Node.js runs on.
const ticksPerSecond = 100;

/**
 * The CPU time of a process so far, in microseconds: user and system, all its threads, those that have ended included.
 * NaN where the system does not tell.
 */
export function readProcessCpuMicros(pid: number): number {
  try {
    // The command's name stands in brackets and may hold anything; what follows is numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}
