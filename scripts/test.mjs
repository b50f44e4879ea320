// `npm test`: every check, then every suite. All of them run, so that one look at the output shows all that is wrong.
// The last line is `N passed, N failed, N skipped`, summed over the suites; a check that fails counts as one failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './packages.mjs';

const checks = [
  'check:types',
  'check:format',
  'check:lint',
  'check:layers',
  'check:unused',
  'check:packages',
  'check:size',
];
const suites = ['unit', 'types', 'e2e'];

const reports = mkdtempSync(join(tmpdir(), 'hubwire-reports-'));
const total = { passed: 0, failed: 0, skipped: 0 };
const broken = [];
try {
  for (const name of checks) {
    if (run(name, ['npm', 'run', '--silent', name])) continue;
    broken.push(name);
    total.failed += 1;
  }
  for (const name of suites) {
    const report = join(reports, `${name}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const succeeded = run(`test:${name}`, ['npx', '--no', '--', 'vitest', 'run', '--project', name, ...reporters]);
    const counted = count(report);
    if (!succeeded && counted.failed === 0) counted.failed = 1;
    for (const key of Object.keys(total)) total[key] += counted[key];
    if (counted.failed > 0) broken.push(`test:${name}`);
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}

console.log(broken.length === 0 ? '\nAll checks and suites passed.' : `\nFailed: ${broken.join(', ')}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Runs a command, its output passed through under a heading; `true` when it succeeded. */
function run(title, [command, ...args]) {
  console.log(`\n=== ${title}`);
  const { status, signal } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (signal !== null) process.kill(process.pid, signal);
  return status === 0;
}

/** Sums a suite's report; a file that could not be loaded counts as one failure. */
function count(report) {
  const suite = read(report);
  if (suite === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = suite.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: suite.numPassedTests,
    failed: suite.numFailedTests + unloaded.length,
    skipped: suite.numPendingTests + suite.numTodoTests,
  };
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return undefined;
  }
}
