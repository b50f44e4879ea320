import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocumentedRows, readPackageTables } from '../scripts/docs/package-tables.ts';

const page = readFileSync(join(import.meta.dirname, 'options.md'), 'utf8');
/** The cell of a default that has no literal, such as a logger. */
const inWords: unknown = expect.stringMatching(/^(?!MISSING)\D+$/);
const tables = await readPackageTables('Defaults');

describe('docs/options.md', () => {
  it('has defaults to be held against', () => {
    expect(tables).not.toEqual([]);
  });

  it.each(tables)('gives the defaults of $name ($package)', ({ name, entries }) => {
    const documented = readDocumentedRows(page, name);
    const shown = Object.keys(entries).map((option) => [option, documented.get(option)?.[1] ?? 'MISSING']);
    const expected = Object.entries(entries).map(([option, value]) => [option, show(value) ?? inWords]);
    expect(Object.fromEntries(shown), `rows under the heading with \`${name}\``).toEqual(Object.fromEntries(expected));
  });

  it.each(tables)('names no option beside $name that does not exist', ({ name, entries, source }) => {
    const others = [...readDocumentedRows(page, name).keys()].filter((option) => !(option in entries));
    expect(others.filter((option) => !new RegExp(`readonly ${option}\\?:`).test(source))).toEqual([]);
  });
});

/** A default as the page writes it; `undefined` for one that has no literal. */
function show(value: unknown): string | undefined {
  if (value === Infinity || value === null) return 'none';
  if (typeof value === 'number') return value.toLocaleString('en-US');
  if (typeof value === 'function' || hasFunctions(value)) return undefined;
  return `\`${JSON.stringify(value).replaceAll('"', "'")}\``;
}

function hasFunctions(value: unknown): boolean {
  return typeof value === 'object' && Object.values(value ?? {}).some((member) => typeof member === 'function');
}
