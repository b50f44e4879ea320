import type { Operation } from './cases.ts';
import type { Encoding } from './contenders.ts';

/** Nanoseconds per operation, one figure per round. */
export type Sample = readonly number[];

export interface MicroResult {
  readonly message: string;
  readonly operation: Operation;
  readonly encoding: Encoding;
  /** Medians, in nanoseconds of CPU time. */
  readonly hubwireNs: number;
  readonly officialNs: number;
  /** The median of the rounds' own ratios: below 1 Hubwire is faster. */
  readonly ratio: number;
  /** The smallest and the largest ratio of a round. */
  readonly ratioSpread: readonly [number, number];
}

export function summarize(
  labels: Pick<MicroResult, 'message' | 'operation' | 'encoding'>,
  hubwire: Sample,
  official: Sample,
): MicroResult {
  const ratios = hubwire.map((value, round) => value / (official[round] ?? Number.NaN));
  return {
    ...labels,
    hubwireNs: rounded(median(hubwire), 1),
    officialNs: rounded(median(official), 1),
    ratio: rounded(median(ratios), 100),
    ratioSpread: [rounded(Math.min(...ratios), 100), rounded(Math.max(...ratios), 100)],
  };
}

function median(values: Sample): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}

/** One line per message and operation, both encodings beside each other. */
export function toTable(results: readonly MicroResult[]): string {
  const lines = [['message', '', 'JSON ns', 'ratio', 'spread', 'MessagePack ns', 'ratio', 'spread', 'to our JSON']];
  const of = (encoding: Encoding): MicroResult[] => results.filter((result) => result.encoding === encoding);
  const messagePack = of('messagepack');
  for (const [index, json] of of('json').entries()) {
    const packed = messagePack[index];
    if (packed === undefined) continue;
    const toJson = (packed.hubwireNs / json.hubwireNs).toFixed(2);
    lines.push([json.message, json.operation, ...columns(json), ...columns(packed), toJson]);
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ')).join('\n');
}

function columns({ hubwireNs, ratio, ratioSpread }: MicroResult): string[] {
  return [String(hubwireNs), ratio.toFixed(2), ratioSpread.map((value) => value.toFixed(2)).join('–')];
}
