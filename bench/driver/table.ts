import type { MetricName } from '../load/meter.ts';
import type { RowResult, ScenarioResult } from './results.ts';
import type { Figure } from './statistics.ts';

interface MetricText {
  readonly isBetter: 'higher' | 'lower';
  readonly heading: (operations: string) => string;
  readonly write: (value: number) => string;
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const tenths = (value: number): string => value.toFixed(1);
const kibibytes = (value: number): string => (value / 1_024).toFixed(1);

const metricTexts: Readonly<Record<MetricName, MetricText>> = {
  perSecond: { isBetter: 'higher', heading: (operations) => `${operations}/s`, write: count },
  serverMicros: { isBetter: 'lower', heading: () => 'server µs', write: tenths },
  clientMicros: { isBetter: 'lower', heading: () => 'client µs', write: tenths },
  p50Micros: { isBetter: 'lower', heading: () => 'p50 µs', write: tenths },
  p99Micros: { isBetter: 'lower', heading: () => 'p99 µs', write: tenths },
  rssAt5000: { isBetter: 'lower', heading: () => 'KiB RSS at 5,000', write: kibibytes },
  heapAt5000: { isBetter: 'lower', heading: () => 'KiB heap at 5,000', write: kibibytes },
  rssAt10000: { isBetter: 'lower', heading: () => 'KiB RSS at 10,000', write: kibibytes },
  heapAt10000: { isBetter: 'lower', heading: () => 'KiB heap at 10,000', write: kibibytes },
};

const linkTexts = {
  WebSockets: '',
  ServerSentEvents: ', SSE + POST',
  LongPolling: ', long polling',
  EngineIoPolling: ', long polling',
} as const;

/** The row's name as it stands in tables and charts. */
export function rowName({ contender, link }: Pick<RowResult, 'contender' | 'link'>): string {
  return contender + linkTexts[link];
}

/** What the bars of a chart are. */
export function ratioHeading({ metrics, operations }: Pick<ScenarioResult, 'metrics' | 'operations'>): string {
  const { heading, isBetter } = metricTexts[metrics[0]!];
  return `${heading(operations)} as a ratio to bare ws; ${isBetter} is better`;
}

/** The cells of a scenario's table, the headings first. */
export function cellsOf(result: ScenarioResult): string[][] {
  const headings = result.metrics.flatMap((name) => [metricTexts[name].heading(result.operations), 'to ws', 'spread']);
  return [['', ...headings, 'server', 'generator'], ...result.rows.map((row) => cellsOfRow(result, row))];
}

function cellsOfRow(result: ScenarioResult, row: RowResult): string[] {
  const cells = result.metrics.flatMap((name) => {
    const figure = row.metrics[name];
    const known = figure !== undefined && Number.isFinite(figure.median);
    return [known ? metricTexts[name].write(figure.median) : '–', ...ratioCells(row.ratios[name])];
  });
  const bound = row.generatorBoundRounds > 0 ? ` (${row.generatorBoundRounds} bound)` : '';
  return [rowName(row), ...cells, percent(row.serverLoad), percent(row.generatorLoad) + bound];
}

function ratioCells(ratio: Figure | undefined): [string, string] {
  if (ratio === undefined || !Number.isFinite(ratio.median)) return ['–', '–'];
  return [ratio.median.toFixed(2), `${ratio.smallest.toFixed(2)}–${ratio.largest.toFixed(2)}`];
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–';
}

/** What a call costs over many connections, to what it costs over the fewest; nothing where only one was measured. */
export function growthCells(tables: readonly ScenarioResult[]): string[][] | undefined {
  const counts = tables.filter(({ name }) => /^connections-\d+$/.test(name));
  const [fewest, ...more] = counts;
  if (fewest === undefined || more.length === 0) return undefined;
  const cost = ({ rows }: ScenarioResult, name: string): number =>
    rows.find((row) => rowName(row) === name)?.metrics.serverMicros?.median ?? Number.NaN;
  return [
    ['', ...more.map(({ name }) => `${name.slice(name.indexOf('-') + 1)} to ${fewest.name.slice(12)}`)],
    ...fewest.rows.map((row) => [
      rowName(row),
      ...more.map((table) => (cost(table, rowName(row)) / cost(fewest, rowName(row))).toFixed(2)),
    ]),
  ];
}

/** For a terminal. */
export function toText(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
    )
    .join('\n');
}

/** For a page. */
export function toMarkdown(cells: readonly (readonly string[])[]): string {
  const [headings, ...rows] = cells;
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = headings!.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(headings!), line(rule), ...rows.map(line)].join('\n');
}
