import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The root of the workspace. */
export const root = resolve(import.meta.dirname, '..');

/** The packages that are published, in the order in which they depend on each other. */
export const published = ['hub-protocol', 'transports', 'hub-server', 'hub-client'];

/** The published packages that have sources, each with its folder and its package.json. */
export function readPackages() {
  return published
    .map((name) => ({ name, folder: join(root, name) }))
    .filter(({ folder }) => existsSync(join(folder, 'src/index.ts')))
    .map((entry) => ({ ...entry, manifest: JSON.parse(readFileSync(join(entry.folder, 'package.json'), 'utf8')) }));
}

/** What a user of the package can write in an import. */
export function specifiersOf({ manifest }) {
  return Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => manifest.name + entry.slice(1));
}
