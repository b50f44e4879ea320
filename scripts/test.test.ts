import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFixture, root, type Fixture } from './testing/workspace-fixture.ts';

interface SuiteReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { status: string }[];
  }[];
}

function report(numPassedTests: number, others: Partial<SuiteReport> = {}): SuiteReport {
  const none = { numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  return { numPassedTests, ...none, ...others };
}

/** What the stand-ins for npm and npx do: npm fails for one script, npx leaves a suite's report or fails without one. */
interface Scenario {
  readonly failingCheck?: string;
  readonly reports: Readonly<Record<string, SuiteReport>>;
}

describe('npm test', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = createFixture();
  });
  afterEach(() => fixture[Symbol.dispose]());

  it('ends with the sum of the suites', () => {
    const { status, lastLine } = run({
      reports: { unit: report(5), types: report(2), e2e: report(3, { numPendingTests: 1, numTodoTests: 1 }) },
    });
    expect({ status, lastLine }).toEqual({ status: 0, lastLine: '10 passed, 0 failed, 2 skipped' });
  });

  it('counts a check that fails as a failure and names it', () => {
    const reports = { unit: report(5), types: report(2), e2e: report(3) };
    const { status, lastLine, output } = run({ failingCheck: 'check:layers', reports });
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '10 passed, 1 failed, 0 skipped' });
    expect(output).toContain('\nFailed: check:layers\n');
  });

  it('runs the later suites after one that failed', () => {
    const { status, lastLine, output } = run({
      reports: { unit: report(5, { numFailedTests: 2 }), types: report(2), e2e: report(3) },
    });
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '10 passed, 2 failed, 0 skipped' });
    expect(output).toContain('\nFailed: test:unit\n');
  });

  it('counts a suite that crashed as a failure', () => {
    const { status, lastLine } = run({ reports: { unit: report(5), types: report(2) } });
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '7 passed, 1 failed, 0 skipped' });
  });

  it('counts a test file that could not be loaded as a failure', () => {
    const unloaded = report(5, { testResults: [{ status: 'failed', assertionResults: [] }] });
    const { status, lastLine } = run({ reports: { unit: unloaded, types: report(2), e2e: report(3) } });
    expect({ status, lastLine }).toEqual({ status: 1, lastLine: '10 passed, 1 failed, 0 skipped' });
  });

  function run({ failingCheck, reports }: Scenario): {
    status: number | null;
    lastLine: string | undefined;
    output: string;
  } {
    for (const [name, suite] of Object.entries(reports)) fixture.write({ [`${name}.json`]: JSON.stringify(suite) });
    // npm run --silent NAME; npx --no -- vitest run --project NAME ... --outputFile.json=PATH
    fixture.write({
      npm: `#!/bin/sh\n[ "$3" != "${failingCheck ?? ''}" ]\n`,
      npx: `#!/bin/sh\nname=$6\nfor last; do :; done\ncp "${fixture.folder}/$name.json" "\${last#*=}"\n`,
    });
    for (const name of ['npm', 'npx']) chmodSync(join(fixture.folder, name), 0o755);
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/test.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, PATH: [fixture.folder, process.env['PATH']].join(delimiter) },
    });
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1), output: stdout };
  }
});
