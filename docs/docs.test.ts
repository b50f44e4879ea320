import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkTypes, extractPages } from '../scripts/docs/check-pages.ts';
import { root } from '../scripts/testing/workspace-fixture.ts';

const packages = ['hub-protocol', 'transports', 'hub-server', 'hub-client'];

/** The pages that readers copy code from. */
const pages = [
  'README.md',
  ...packages.map((name) => `${name}/README.md`),
  ...readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).map((path) => join('docs', path)),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

const extracted = extractPages(pages, join(import.meta.dirname, '.extracted')).filter(
  ({ blocks }) => blocks.length > 0,
);

describe('the code in the documentation', () => {
  let mistakes: ReturnType<typeof checkTypes>;
  beforeAll(() => {
    mistakes = checkTypes(extracted);
  }, 60_000);

  it('is there', () => {
    expect(extracted.map(({ page }) => page)).toContain('README.md');
  });

  it.each(extracted)('has the right types in $page', ({ page }) => {
    expect(mistakes.get(page)).toEqual([]);
  });

  const runnable = extracted.flatMap(({ page, blocks }) => blocks.map((block) => ({ page, ...block })));
  it.each(runnable.filter(({ run }) => run))('runs in $page: $title', async ({ file }) => {
    await expect(import(/* @vite-ignore */ pathToFileURL(file).href)).resolves.toBeDefined();
  });
});
