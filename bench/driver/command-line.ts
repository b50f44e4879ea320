import { parseArgs } from 'node:util';
import type { ProfileKind } from '../contenders/profiler.ts';

/** What `npm run bench` was told. */
export interface BenchCommand {
  readonly scenarios: readonly string[];
  readonly contenders: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly isSaved: boolean;
  readonly profileKind: ProfileKind | undefined;
  readonly hubwireOptions: object;
  /** Only writes the figures of the latest results into the documentation. */
  readonly onlyDocs: boolean;
}

export const usage = `npm run bench -- [options]

  --scenario NAME[,NAME]    these tables only; parts of names will do
  --contender NAME[,NAME]   these rows only, and the reference
  --rounds N                rounds of every row (7)
  --seconds N               length of a measured window (0.7)
  --quick                   3 rounds of a quarter of a second, of the tables that tell most
  --no-save                 writes no results; those of a part of the tables or rows are kept apart
  --cpu-prof                profiles the servers of Node.js in the last round, and lists where the time went
  --heap-prof               the same for what they allocated, garbage included
  --hubwire-options JSON    options for mapHub
  --docs                    measures nothing: writes docs/performance.md from the latest results
`;

export function parseCommand(args: readonly string[]): BenchCommand | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', multiple: true, default: [] },
      contender: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      save: { type: 'boolean', default: true },
      'cpu-prof': { type: 'boolean', default: false },
      'heap-prof': { type: 'boolean', default: false },
      'hubwire-options': { type: 'string', default: '{}' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  if (values.help) return 'help';
  return {
    scenarios: values.scenario.flatMap((list) => list.split(',')),
    contenders: values.contender.flatMap((list) => list.split(',')),
    rounds: positive('rounds', values.rounds ?? (values.quick ? '3' : '7')),
    seconds: positive('seconds', values.seconds ?? (values.quick ? '0.25' : '0.7')),
    isQuick: values.quick,
    isSaved: values.save,
    profileKind: values['cpu-prof'] ? 'cpu' : values['heap-prof'] ? 'heap' : undefined,
    hubwireOptions: JSON.parse(values['hubwire-options']) as object,
    onlyDocs: values.docs,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be greater than zero.`);
  return value;
}

/** Those called so, or else those whose names contain one of `parts`, whatever the case; all where nothing is said. */
export function chosen<T extends { readonly name: string }>(all: readonly T[], parts: readonly string[]): readonly T[] {
  if (parts.length === 0) return all;
  const wanted = new Set(parts.flatMap((part) => namedBy(all, part.toLowerCase())));
  return all.filter((one) => wanted.has(one));
}

function namedBy<T extends { readonly name: string }>(all: readonly T[], part: string): readonly T[] {
  const exact = all.filter(({ name }) => name.toLowerCase() === part);
  const found = exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase().includes(part));
  if (found.length > 0) return found;
  throw new Error(`Nothing is called ${part}. There are: ${all.map(({ name }) => name).join(', ')}.`);
}
