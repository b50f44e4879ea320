// `npm run test:node-lines [-- 22 24]`: the unit and e2e suites on newer Node lines. Each line's newest release comes from the
// npm package `node`'s per-platform binary and is kept under node_modules/.cache, outside the lockfile.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './packages.mjs';

const lines = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['22', '24'];
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const failed = [];

for (const line of lines) {
  const node = install(line);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (!version?.startsWith(`v${line}.`)) throw new Error(`${node} is ${version}, not a Node ${line}`);
  for (const project of ['unit', 'e2e']) {
    console.log(`\n=== test:${project} on Node ${version}`);
    const { status } = spawnSync(node, [vitest, 'run', '--project', project], { cwd: root, stdio: 'inherit' });
    if (status !== 0) failed.push(`${project} on ${version}`);
  }
}

console.log(failed.length === 0 ? `\nGreen on Node ${lines.join(', ')}` : `\nFailed: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Puts the newest Node of a line into the cache; answers the path of its executable. */
function install(line) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(root, 'node_modules/.cache/node-lines', line);
  const executable = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const { status } = spawnSync('npm', ['install', '--silent', '--no-save', '--no-package-lock', `${name}@${line}`], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(executable)) throw new Error(`cannot install ${name}@${line}`);
  return executable;
}
