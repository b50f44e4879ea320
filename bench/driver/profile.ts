import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

// This file is run from dist.
const root = join(import.meta.dirname, '..', '..', '..');
const longest = 20;
// What the profiler itself calls the time between callbacks: it was started by a call of that name.
const waiting = new Set(['(idle)', 'dispatch']);

/** Where each profile of the folder spent its time: by package, then by function without what that called. */
export function listProfile(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((file) => `${file}\n${describeProfile(join(folder, file))}\n`).join('\n');
}

function describeProfile(file: string): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const micros = timeDeltas[index] ?? 0;
    if (frame === undefined || (frame.url === '' && waiting.has(frame.functionName))) continue;
    total += micros;
    add(functions, nameOf(frame), micros);
    add(packages, packageOf(frame), micros);
  }
  const list = (times: Map<string, number>): string[] =>
    [...times]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, longest)
      .map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(6)} %  ${name}`);
  return [...list(packages), '', ...list(functions)].join('\n');
}

function add(times: Map<string, number>, name: string, micros: number): void {
  times.set(name, (times.get(name) ?? 0) + micros);
}

function nameOf(frame: CallFrame): string {
  const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
  return frame.url === '' ? name : `${name}  ${pathOf(frame)}:${frame.lineNumber + 1}`;
}

function packageOf(frame: CallFrame): string {
  if (frame.url === '')
    return frame.functionName.startsWith('(') ? frame.functionName : 'native functions, system calls among them';
  return frame.url.startsWith('node:') ? 'Node.js' : pathOf(frame).split('/', 1)[0]!;
}

/** From the repository's folder on, or from the package's. */
function pathOf({ url }: CallFrame): string {
  if (!url.startsWith('file:')) return url.split('/node_modules/').at(-1)!;
  const path = fileURLToPath(url);
  return path.includes('/node_modules/') ? path.split('/node_modules/').at(-1)! : relative(root, path);
}
