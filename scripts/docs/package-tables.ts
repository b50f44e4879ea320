import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../testing/workspace-fixture.ts';

const packages = ['hub-protocol', 'transports', 'hub-server', 'hub-client'];

/** A table that a package's sources export: error codes or option defaults. */
export interface PackageTable {
  readonly package: string;
  /** The name of the constant, such as `transportErrors`. */
  readonly name: string;
  readonly entries: Readonly<Record<string, unknown>>;
  /** The text of the file that declares it. */
  readonly source: string;
}

/** Finds every exported constant of the packages whose name ends in `Errors` or in `Defaults`, and reads it. */
export async function readPackageTables(suffix: 'Errors' | 'Defaults'): Promise<PackageTable[]> {
  const declaration = new RegExp(`^export const (\\w+${suffix})\\b`, 'gm');
  const tables: PackageTable[] = [];
  for (const name of packages) {
    for (const file of sourcesOf(name)) {
      const source = readFileSync(file, 'utf8');
      const names = [...source.matchAll(declaration)].map(([, found = '']) => found);
      if (names.length === 0) continue;
      const module: Record<string, unknown> = await import(/* @vite-ignore */ file);
      for (const table of names)
        tables.push({ package: name, name: table, entries: { ...Object(module[table]) }, source });
    }
  }
  return tables;
}

function sourcesOf(name: string): string[] {
  return readdirSync(join(root, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test(-d)?\.ts$|(^|\/)testing\//.test(path))
    .map((path) => join(root, name, 'src', path));
}

/**
 * The rows of the tables below the heading of a page that names the constant, by the code in their first column. The
 * heading is any that holds the name in backticks; the section ends with the next heading.
 */
export function readDocumentedRows(markdown: string, constant: string): ReadonlyMap<string, readonly string[]> {
  const rows = new Map<string, readonly string[]>();
  let inside = false;
  for (const line of markdown.split('\n')) {
    if (line.startsWith('#')) inside = line.includes(`\`${constant}\``);
    if (!inside || !line.startsWith('|')) continue;
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    const key = /^`([^`]+)`$/.exec(cells[0] ?? '')?.[1];
    if (key !== undefined) rows.set(key, cells);
  }
  return rows;
}
