import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFixture, root, type Fixture } from './testing/workspace-fixture.ts';

const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i));

const seeds = {
  'floating.ts': `export async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n`,
  'switch.ts': `export function code(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`,
  'any.ts': `export const value: any = 1;\n`,
  'cycle-a.ts': `import type { B } from './cycle-b.ts';\nexport interface A {\n  b: B;\n}\n`,
  'cycle-b.ts': `import type { A } from './cycle-a.ts';\nexport interface B {\n  a: A;\n}\n`,
  'Wrong_Name.ts': `export const value = 1;\n`,
  'long-file.ts': lines(401, (i) => `export const value${i} = ${i};\n`).join(''),
  'long-function.ts': `export function sum(of: number): number {\n  let all = of;\n${lines(80, (i) => `  all += ${i};\n`).join('')}  return all;\n}\n`,
  'params.ts': `export function add(a: number, b: number, c: number, d: number): number {\n  return a + b + c + d;\n}\n`,
  'print.ts': `console.log('');\n`,
  'sleep.test.ts': `import { expect, it } from 'vitest';\nit('waits', () => {\n  setTimeout(() => {}, 1);\n  expect(1).toBe(1);\n});\n`,
  'global-sleep.test.ts': `import { expect, it } from 'vitest';\nit('waits', () => {\n  globalThis.setTimeout(() => {}, 1);\n  expect(1).toBe(1);\n});\n`,
  'imported-sleep.test.ts': `import { setTimeout } from 'node:timers/promises';\nimport { expect, it } from 'vitest';\nit('waits', async () => {\n  await setTimeout(1);\n  expect(1).toBe(1);\n});\n`,
  'only.test.ts': `import { expect, it } from 'vitest';\nit.only('counts', () => {\n  expect(1).toBe(1);\n});\n`,
  'skip.test.ts': `import { expect, it } from 'vitest';\nit.skip('counts', () => {\n  expect(1).toBe(1);\n});\n`,
  'nothing.test.ts': `import { it } from 'vitest';\nit('counts', () => {});\n`,
  'fine.ts': `export const value = 1;\n`,
};

describe('the lint rules', () => {
  let fixture: Fixture;
  let found: ReadonlyMap<string, string[]>;

  beforeAll(() => {
    fixture = createFixture(['.oxlintrc.json', 'tsconfig.base.json', 'hub-protocol/tsconfig.json']);
    fixture.write(Object.fromEntries(Object.entries(seeds).map(([name, text]) => [`hub-protocol/src/${name}`, text])));
    found = lint(fixture);
  });
  afterAll(() => fixture[Symbol.dispose]());

  it.each<[keyof typeof seeds, string]>([
    ['floating.ts', 'typescript(no-floating-promises)'],
    ['switch.ts', 'typescript(switch-exhaustiveness-check)'],
    ['any.ts', 'typescript(no-explicit-any)'],
    ['cycle-a.ts', 'import(no-cycle)'],
    ['cycle-b.ts', 'import(no-cycle)'],
    ['Wrong_Name.ts', 'unicorn(filename-case)'],
    ['long-file.ts', 'eslint(max-lines)'],
    ['long-function.ts', 'eslint(max-lines-per-function)'],
    ['params.ts', 'eslint(max-params)'],
    ['print.ts', 'eslint(no-console)'],
    ['sleep.test.ts', 'eslint(no-restricted-globals)'],
    ['global-sleep.test.ts', 'eslint(no-restricted-properties)'],
    ['imported-sleep.test.ts', 'eslint(no-restricted-imports)'],
    ['only.test.ts', 'vitest(no-focused-tests)'],
    ['skip.test.ts', 'vitest(no-disabled-tests)'],
    ['nothing.test.ts', 'vitest(expect-expect)'],
  ])('report %s: %s', (name, rule) => {
    expect(found.get(name)).toEqual([rule]);
  });

  it('find nothing in code without a fault', () => {
    expect(found.get('fine.ts')).toBeUndefined();
  });
});

/** Runs oxlint with the workspace's configuration; answers the rules broken, by file name. */
function lint({ folder }: Fixture): ReadonlyMap<string, string[]> {
  const bin = join(root, 'node_modules/.bin');
  const { stdout } = spawnSync(join(bin, 'oxlint'), ['--format', 'json', 'hub-protocol'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, OXLINT_TSGOLINT_PATH: join(bin, 'tsgolint') },
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  const found = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) {
    const name = filename.slice(filename.lastIndexOf('/') + 1);
    found.set(name, [...(found.get(name) ?? []), code]);
  }
  return found;
}
