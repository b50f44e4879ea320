import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHubServer, hubEvents, type HubCounters } from '@hubwire/hub-server';
import { describe, expect, it } from 'vitest';
import { readDocumentedRows } from '../scripts/docs/package-tables.ts';

const page = readFileSync(join(import.meta.dirname, 'observability.md'), 'utf8');

/** The names of the counters, as the page writes them. */
function namesOf(counters: HubCounters): readonly string[] {
  return Object.entries(counters).flatMap(([name, value]: readonly [string, unknown]) => {
    const inner = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    return inner.length === 0 ? [name] : inner.map((each) => `${name}.${each}`);
  });
}

describe('docs/observability.md', () => {
  it('lists exactly the channels that there are, with when and what', () => {
    const rows = readDocumentedRows(page, 'hubEvents');
    expect([...rows.keys()].toSorted()).toEqual(Object.values(hubEvents).toSorted());
    for (const cells of rows.values()) expect(cells.filter((cell) => cell !== '')).toHaveLength(3);
  });

  it('lists exactly the counters that there are', async () => {
    await using hubs = createHubServer();
    const rows = readDocumentedRows(page, 'HubCounters');
    expect([...rows.keys()].toSorted()).toEqual(namesOf(hubs.counters()).toSorted());
  });
});
