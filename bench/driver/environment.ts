import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { spawnSync } from 'node:child_process';
import type { Contender } from '../contenders/contender.ts';
import { readProcessCpuMicros } from '../load/process-cpu.ts';
import type { Pinning } from './pinning.ts';
import { nodeFlagsOfServers } from './server-handle.ts';

const require = createRequire(import.meta.url);

const cpuTimeFrom = '/proc/PID/stat of the server, at the start and the end of each measured window';

/** What a figure cannot be read without. */
export interface Environment {
  readonly date: string;
  readonly node: string;
  readonly nodeFlagsOfServers: readonly string[];
  readonly dotnet: string | undefined;
  readonly processor: string | undefined;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly openFiles: string;
  readonly pinning: string;
  readonly cpuTimeFrom: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeEnvironment(contenders: readonly Contender[], pinning: Pinning | undefined): Environment {
  const packages = [...new Set(contenders.flatMap(({ packages }) => packages))];
  return {
    date: new Date().toISOString(),
    node: process.version,
    nodeFlagsOfServers,
    dotnet: contenders.some(({ server }) => server === 'aspnetcore') ? outputOf('dotnet', ['--version']) : undefined,
    processor: cpus()[0]?.model,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    openFiles: outputOf('sh', ['-c', 'ulimit -n']) ?? 'unknown',
    pinning:
      pinning === undefined
        ? 'none: the system placed the processes as it liked'
        : `servers on core ${pinning.serverCore}, load generators on core ${pinning.generatorCore}`,
    cpuTimeFrom: Number.isNaN(readProcessCpuMicros(process.pid)) ? 'nowhere: this system does not tell' : cpuTimeFrom,
    versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name: string): string {
  try {
    return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}

function outputOf(command: string, args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
