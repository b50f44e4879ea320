import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocumentedRows, readPackageTables } from '../scripts/docs/package-tables.ts';

const page = readFileSync(join(import.meta.dirname, 'errors.md'), 'utf8');
const tables = await readPackageTables('Errors');

describe('docs/errors.md', () => {
  it('has error tables to be held against', () => {
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['hubProtocolErrors', 'transportErrors']));
  });

  it.each(tables)('lists exactly the codes of $name ($package)', ({ name, entries }) => {
    const documented = [...readDocumentedRows(page, name).keys()];
    expect(documented.toSorted(), `rows under the heading with \`${name}\``).toEqual(Object.keys(entries).toSorted());
  });

  it.each(tables)('gives every code of $name a meaning and advice', ({ name }) => {
    const unfinished = [...readDocumentedRows(page, name)].filter(
      ([, cells]) => cells.length < 3 || cells.includes(''),
    );
    expect(unfinished).toEqual([]);
  });
});
