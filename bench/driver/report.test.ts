import { describe, expect, it } from 'vitest';
import { toChart } from './chart.ts';
import { withFigures } from './report.ts';
import type { RowResult, ScenarioResult } from './results.ts';
import { cellsOf, growthCells, toMarkdown } from './table.ts';

function row(contender: string, serverMicros: number, ratio: number): RowResult {
  const figure = { median: ratio, smallest: ratio / 2, largest: ratio * 2 };
  return {
    contender,
    link: 'WebSockets',
    metrics: { serverMicros: { median: serverMicros, smallest: 1, largest: 9, rounds: [serverMicros] } },
    ratios: { serverMicros: figure },
    serverLoad: 0.5,
    generatorLoad: 0.95,
    generatorBoundRounds: 2,
    repeatedRounds: 0,
    counted: 100,
    checked: 10,
  };
}

function table(name: string, rows: readonly RowResult[]): ScenarioResult {
  const texts = { title: `Title <of> ${name}`, about: 'About it.', operations: 'calls' };
  return { name, ...texts, metrics: ['serverMicros'], rounds: 7, rows, failures: [] };
}

describe('tables', () => {
  it('tell figure, ratio, spread and loads', () => {
    const cells = cellsOf(table('calls', [row('Hubwire JSON', 12.34, 1.5)]));
    expect(cells).toEqual([
      ['', 'server µs', 'to ws', 'spread', 'server', 'generator'],
      ['Hubwire JSON', '12.3', '1.50', '0.75–3.00', '50 %', '95 % (2 bound)'],
    ]);
    expect(toMarkdown(cells).split('\n')[1]).toBe('| --- | ---: | ---: | ---: | ---: | ---: |');
  });

  it('show a dash for what the system does not tell', () => {
    const [, cells] = cellsOf(table('calls', [row('Hubwire JSON', Number.NaN, Number.NaN)]));
    expect(cells?.slice(1, 4)).toEqual(['–', '–', '–']);
  });

  it('compare what a call costs over more connections', () => {
    const tables = [table('connections-100', [row('ws', 10, 1)]), table('connections-5000', [row('ws', 13, 1)])];
    expect(growthCells(tables)).toEqual([
      ['', '5000 to 100'],
      ['ws', '1.30'],
    ]);
    expect(growthCells([table('calls', [])])).toBeUndefined();
  });
});

describe('the chart', () => {
  it('has a bar for every row but the reference, and no markup from names', () => {
    const chart = toChart([table('calls', [row('ws', 1, 1), row('Hubwire JSON', 2, 1.5), row('Faye', 3, 2)])]);
    expect(chart.match(/rx="2"/g)).toHaveLength(2);
    expect(chart).toContain('Title &lt;of> calls');
  });
});

describe('the page', () => {
  const page = 'before\n<!-- figures: written by `npm run bench -- --docs` -->\nold\n<!-- end of figures -->\nafter\n';

  it('gets new figures between its marks, as often as one likes', () => {
    const once = withFigures(page, 'new');
    expect(once).toContain('\n\nnew\n\n');
    expect(once).not.toContain('old');
    expect(once).toMatch(/^before\n[^]*\nafter\n$/);
    expect(withFigures(once, 'new')).toBe(once);
  });

  it('is left alone without its marks', () => {
    expect(() => withFigures('nothing', 'new')).toThrow('The page has no');
  });
});
