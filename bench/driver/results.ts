import { referenceName } from '../contenders/contenders.ts';
import type { LinkKind } from '../contenders/contender.ts';
import type { MetricName, Sample } from '../load/meter.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { figureOf, median, ratioOf, type Figure } from './statistics.ts';

/** A generator above this share of its core may have been what limited a row, if the server was below it. */
const busyShare = 0.9;

/** One row of one table. */
export interface RowResult {
  readonly contender: string;
  readonly link: LinkKind;
  readonly metrics: Readonly<Partial<Record<MetricName, Figure & { readonly rounds: readonly number[] }>>>;
  /** The same, to the reference of the same round; missing where that does not take part. */
  readonly ratios: Readonly<Partial<Record<MetricName, Figure>>>;
  readonly serverLoad: number;
  readonly generatorLoad: number;
  /** Rounds in which the load generator was busier than the server and near its limit: the server could do more. */
  readonly generatorBoundRounds: number;
  /** How many rounds were measured again, because the host of the machine took its processors away for a while. */
  readonly repeatedRounds: number;
  readonly counted: number;
  readonly checked: number;
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly operations: string;
  readonly metrics: readonly MetricName[];
  readonly rounds: number;
  readonly rows: readonly RowResult[];
  /** Rows that could not be measured, and why. */
  readonly failures: readonly { readonly contender: string; readonly reason: string }[];
}

export interface MeasuredRow {
  readonly contender: string;
  readonly link: LinkKind;
  readonly samples: readonly Sample[];
  readonly repeated: number;
}

export function summarize(
  scenario: Scenario,
  rows: readonly MeasuredRow[],
  failures: ScenarioResult['failures'],
): ScenarioResult {
  const { name, title, about, operations, metrics } = scenario;
  const reference = rows.find(({ contender }) => contender === referenceName);
  return {
    name,
    title,
    about,
    operations,
    metrics,
    rounds: Math.max(0, ...rows.map(({ samples }) => samples.length)),
    rows: rows.map((row) => summarizeRow(row, metrics, reference)),
    failures,
  };
}

function summarizeRow(
  { contender, link, samples, repeated }: MeasuredRow,
  names: readonly MetricName[],
  reference: MeasuredRow | undefined,
): RowResult {
  const metrics: Partial<Record<MetricName, Figure & { rounds: readonly number[] }>> = {};
  const ratios: Partial<Record<MetricName, Figure>> = {};
  for (const name of names) {
    const rounds = valuesOf(samples, name);
    metrics[name] = { ...figureOf(rounds), rounds };
    if (reference !== undefined) ratios[name] = ratioOf(rounds, valuesOf(reference.samples, name));
  }
  return {
    contender,
    link,
    metrics,
    ratios,
    serverLoad: median(samples.map(({ serverLoad }) => serverLoad)),
    generatorLoad: median(samples.map(({ generatorLoad }) => generatorLoad)),
    generatorBoundRounds: samples.filter(isGeneratorBound).length,
    repeatedRounds: repeated,
    counted: samples.reduce((sum, { counted }) => sum + counted, 0),
    checked: samples.reduce((sum, { checked }) => sum + checked, 0),
  };
}

function isGeneratorBound({ serverLoad, generatorLoad }: Sample): boolean {
  return generatorLoad > busyShare && serverLoad < generatorLoad;
}

function valuesOf(samples: readonly Sample[], name: MetricName): number[] {
  // What cannot be read on this system arrives as null.
  return samples.map(({ metrics }) => metrics[name] ?? Number.NaN);
}
