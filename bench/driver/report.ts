import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { toChart } from './chart.ts';
import type { Environment } from './environment.ts';
import type { ScenarioResult } from './results.ts';
import { cellsOf, growthCells, toMarkdown } from './table.ts';

/** One run, as it is kept. */
export interface Report {
  readonly environment: Environment;
  readonly rounds: number;
  readonly seconds: number;
  readonly hubwireOptions: object;
  /** Whether every table and every row is there. */
  readonly isWhole: boolean;
  readonly tables: readonly ScenarioResult[];
}

const start = '<!-- figures: written by `npm run bench -- --docs` -->';
const end = '<!-- end of figures -->';

// This file is run from dist.
const bench = join(import.meta.dirname, '..', '..');
export const resultsFolder = join(bench, 'results');
const page = join(bench, '..', 'docs', 'performance.md');

/** Writes the figures and their chart; the answer is the file. Later runs of a day take the place of earlier ones. */
export function saveReport(report: Report): string {
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(
    resultsFolder,
    `bench-${report.environment.date.slice(0, 10)}${report.isWhole ? '' : '-part'}.json`,
  );
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(chartOf(file), toChart(report.tables));
  return file;
}

/** Puts the figures of the latest whole run between the marks in `docs/performance.md`. */
export function writeDocs(): string {
  const latest = readdirSync(resultsFolder)
    .filter((name) => /^bench-[0-9-]+\.json$/.test(name))
    .toSorted()
    .at(-1);
  if (latest === undefined) throw new Error('There is no whole run: `npm run bench` without options makes one.');
  const file = join(resultsFolder, latest);
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), figures(report, file)));
  return page;
}

/** The page with `text` between its marks. */
export function withFigures(page: string, text: string): string {
  const [before, rest] = split(page, start);
  const [, after] = split(rest, end);
  return `${before}${start}\n\n${text}\n\n${end}${after}`;
}

function split(text: string, mark: string): [string, string] {
  const index = text.indexOf(mark);
  if (index < 0) throw new Error(`The page has no '${mark}'.`);
  return [text.slice(0, index), text.slice(index + mark.length)];
}

function figures(report: Report, file: string): string {
  const { environment, rounds, seconds, tables } = report;
  const path = (target: string): string => relative(join(page, '..'), target);
  const versions = Object.entries(environment.versions).map(([name, version]) => `${name} ${version}`);
  const intro = [
    `From [${basename(file)}](${path(file)}): ${environment.date.slice(0, 10)}, ${environment.processor ?? 'unknown processor'},`,
    `${environment.cores} cores, ${environment.system}, Node.js ${environment.node} with \`${environment.nodeFlagsOfServers.join(' ')}\`,`,
    ...(environment.dotnet === undefined ? [] : [`.NET SDK ${environment.dotnet},`]),
    `${versions.join(', ')}. Processes: ${environment.pinning}.`,
    `${rounds} rounds of ${seconds} s unless the table says otherwise.`,
  ];
  const sections = tables.flatMap((table) => [`### ${table.title}`, tableText(table, rounds)]);
  const growth = growthCells(tables);
  if (growth !== undefined) sections.push('### Server time of a call as connections grow', toMarkdown(growth));
  return [intro.join(' '), `![The first column of every table](${path(chartOf(file))})`, ...sections].join('\n\n');
}

function tableText(table: ScenarioResult, rounds: number): string {
  const fewer = table.rounds < rounds ? ` ${table.rounds} rounds.` : '';
  return `${table.about}${fewer}\n\n${toMarkdown(cellsOf(table))}`;
}

function chartOf(file: string): string {
  return file.replace(/\.json$/, '.svg');
}
