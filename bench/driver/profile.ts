import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface HeapNode {
  readonly callFrame: CallFrame;
  /** Bytes. */
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** Time or bytes of a function, without what it called. */
type Spending = readonly [frame: CallFrame, amount: number];

// This file is run from dist.
const root = join(import.meta.dirname, '..', '..', '..');
const longest = 20;
// What the profiler itself calls the time between callbacks: it was started by a call of that name.
const waiting = new Set(['(idle)', 'dispatch']);

/** What each profile of the folder says of time or of memory: by package, then by function without what that called. */
export function listProfiles(folder: string): string {
  const files = readdirSync(folder).filter((name) => /\.(cpu|heap)profile$/.test(name));
  return files.map((file) => `${file}\n${describe(spendingsOf(join(folder, file)))}\n`).join('\n');
}

function spendingsOf(file: string): readonly Spending[] {
  const profile: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return file.endsWith('.cpuprofile')
    ? timesOf(profile as CpuProfile)
    : allocationsOf((profile as { readonly head: HeapNode }).head);
}

function timesOf({ nodes, samples, timeDeltas }: CpuProfile): readonly Spending[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  return samples.flatMap((id, index): readonly Spending[] => {
    const frame = frames.get(id);
    const isWork = frame !== undefined && (frame.url !== '' || !waiting.has(frame.functionName));
    return isWork ? [[frame, timeDeltas[index] ?? 0]] : [];
  });
}

function allocationsOf({ callFrame, selfSize, children }: HeapNode): readonly Spending[] {
  return [[callFrame, selfSize], ...children.flatMap(allocationsOf)];
}

function describe(spendings: readonly Spending[]): string {
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let total = 0;
  for (const [frame, amount] of spendings) {
    total += amount;
    add(functions, nameOf(frame), amount);
    add(packages, packageOf(frame), amount);
  }
  const list = (amounts: Map<string, number>): string[] =>
    [...amounts]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, longest)
      .map(([name, amount]) => `${((amount / total) * 100).toFixed(1).padStart(6)} %  ${name}`);
  return [...list(packages), '', ...list(functions)].join('\n');
}

function add(amounts: Map<string, number>, name: string, amount: number): void {
  amounts.set(name, (amounts.get(name) ?? 0) + amount);
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
