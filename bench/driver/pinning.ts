import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const affinityTool = 'taskset';

/** Which core the server and which the load generator runs on; without it the system places them as it likes. */
export interface Pinning {
  readonly serverCore: number;
  readonly generatorCore: number;
}

/** Two cores of those this process may use, where `taskset` is there to say so. */
export function choosePinning(): Pinning | undefined {
  if (availableParallelism() < 2) return undefined;
  const { status, stdout } = spawnSync(affinityTool, ['-cp', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [serverCore, generatorCore] = expandList(stdout.slice(stdout.lastIndexOf(':') + 1).trim());
  return serverCore === undefined || generatorCore === undefined ? undefined : { serverCore, generatorCore };
}

/** The command that runs `command` on one core. */
export function pinned(core: number | undefined, command: readonly string[]): readonly [string, string[]] {
  const [program, ...args] = core === undefined ? command : [affinityTool, '-c', String(core), ...command];
  return [program!, args];
}

/** `0,2-4` as its numbers. */
function expandList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
  });
}
