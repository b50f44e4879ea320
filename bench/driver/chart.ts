import { referenceName } from '../contenders/contenders.ts';
import type { RowResult, ScenarioResult } from './results.ts';
import { ratioHeading, rowName } from './table.ts';

const width = 860;
const labelWidth = 230;
const valueWidth = 120;
const rowHeight = 20;
const titleHeight = 34;
const barHeight = 12;
const barWidth = width - labelWidth - valueWidth;
const font = 'font-family="system-ui, sans-serif"';

/** Each table's first column as bars, to the reference: an SVG that reads on light and on dark pages. */
export function toChart(results: readonly ScenarioResult[]): string {
  let top = 8;
  const parts: string[] = [];
  for (const result of results) {
    const rows = result.rows.filter((row) => row.contender !== referenceName && ratioIn(result, row) !== undefined);
    if (rows.length === 0) continue;
    parts.push(panel(result, rows, top));
    top += titleHeight + rows.length * rowHeight + 14;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}">
<rect width="${width}" height="${top}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

interface Ratio {
  readonly median: number;
  readonly smallest: number;
  readonly largest: number;
}

function ratioIn(result: ScenarioResult, row: RowResult): Ratio | undefined {
  const ratio = row.ratios[result.metrics[0]!];
  return ratio !== undefined && Number.isFinite(ratio.median) ? ratio : undefined;
}

function panel(result: ScenarioResult, rows: readonly RowResult[], top: number): string {
  const ratios = rows.map((row) => ratioIn(result, row)!);
  const longest = Math.max(1, ...ratios.map(({ largest }) => largest));
  const scale = barWidth / longest;
  const one = labelWidth + scale;
  const bottom = top + titleHeight + rows.length * rowHeight;
  const bars = rows.map((row, index) =>
    bar(row, ratios[index]!, { top: top + titleHeight + index * rowHeight, scale }),
  );
  return [
    `<text x="0" y="${top + 14}" ${font} font-size="14" font-weight="600" fill="#1f2328">${escape(result.title)}</text>`,
    `<text x="0" y="${top + 28}" ${font} font-size="11" fill="#59636e">${escape(ratioHeading(result))}</text>`,
    ...bars,
    `<line x1="${one}" x2="${one}" y1="${top + titleHeight - 2}" y2="${bottom}" stroke="#59636e" stroke-dasharray="3 3"/>`,
  ].join('\n');
}

function bar(row: RowResult, ratio: Ratio, { top, scale }: { top: number; scale: number }): string {
  const color = row.contender.startsWith('Hubwire') ? '#0969da' : '#9aa4af';
  const middle = top + barHeight / 2 + 2;
  const [from, to] = [labelWidth + ratio.smallest * scale, labelWidth + ratio.largest * scale];
  return [
    `<text x="${labelWidth - 8}" y="${top + 12}" text-anchor="end" ${font} font-size="12" fill="#1f2328">${escape(rowName(row))}</text>`,
    `<rect x="${labelWidth}" y="${top + 2}" width="${(ratio.median * scale).toFixed(1)}" height="${barHeight}" rx="2" fill="${color}"/>`,
    `<line x1="${from.toFixed(1)}" x2="${to.toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#1f2328"/>`,
    `<text x="${(to + 6).toFixed(1)}" y="${top + 12}" ${font} font-size="12" fill="#1f2328">${ratio.median.toFixed(2)}</text>`,
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
