import { readdirSync, readFileSync } from 'node:fs';

/** Where a process's CPU time was read from; `none` where there is no such place. */
export type CpuSource = 'schedstat' | 'stat' | 'none';

// What the kernel counts in /proc/PID/stat, on every Linux that Node.js runs on.
const ticksPerSecond = 100;

/** Finds out what tells of the process, the finest first. */
export function cpuSourceOf(pid: number): CpuSource {
  for (const source of ['schedstat', 'stat'] as const) {
    try {
      if (readProcessCpuMicros(pid, source) > 0) return source;
    } catch {
      // The next one.
    }
  }
  return 'none';
}

/** The CPU time of all threads of a process so far, in microseconds: user and system together. */
export function readProcessCpuMicros(pid: number, source: CpuSource): number {
  if (source === 'none') return Number.NaN;
  if (source === 'stat') {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
  }
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
  }
  return nanoseconds / 1e3;
}
