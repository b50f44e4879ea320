import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../run-to-end.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder with the files for browsers, as they are published; disposing removes it. */
export interface BrowserBuilds extends AsyncDisposable {
  readonly folder: string;
}

export async function buildForBrowsers(): Promise<BrowserBuilds> {
  const folder = await mkdtemp(join(tmpdir(), 'hubwire-browser-'));
  await runToEnd(process.execPath, ['scripts/build-browser.mjs', folder], root);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
