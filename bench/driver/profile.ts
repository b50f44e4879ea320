import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const longest = 20;
// What the profiler itself calls the time between callbacks: it was started by a call of that name.
const waiting = new Set(['(idle)', 'dispatch']);

/** The functions in which each profile of the folder spent most, without what they called. */
export function listProfile(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((file) => `${file}\n${selfTimes(join(folder, file))}\n`).join('\n');
}

function selfTimes(file: string): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const micros = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const total = [...micros].reduce((sum, [name, time]) => (waiting.has(name) ? sum : sum + time), 0);
  return [...micros]
    .filter(([name]) => !waiting.has(name))
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, longest)
    .map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(6)} %  ${name}`)
    .join('\n');
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  const place = url.split('/').slice(-3).join('/');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return place === '' ? name : `${name}  ${place}:${lineNumber + 1}`;
}
