// `npm run release:check`: what `lerna version` would do, done in a throwaway clone of HEAD. Nothing is pushed or published.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { published, root } from './packages.mjs';

const clone = join(mkdtempSync(join(tmpdir(), 'hubwire-release-')), 'hubwire');
try {
  run('git', ['clone', '--quiet', root, clone], root);
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  const lerna = join(root, 'node_modules/lerna/dist/cli.js');
  run(process.execPath, [lerna, 'version', 'minor', '--yes', '--no-push', '--no-git-tag-version'], clone);

  const expected = JSON.parse(readFileSync(join(clone, 'lerna.json'), 'utf8')).version;
  const wrong = published.flatMap((name) => misversioned(name, expected));
  if (/"resolved": "https?:/.test(readFileSync(join(clone, 'package-lock.json'), 'utf8'))) {
    wrong.push('package-lock.json: names a registry');
  }
  for (const line of wrong) console.log(line);
  console.log(
    wrong.length === 0 ? `All packages would go out as ${expected}` : `Not all packages go out as ${expected}`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(join(clone, '..'), { recursive: true, force: true });
}

/** In fixed mode every package, and what it asks of the others, has the one version. */
function misversioned(name, expected) {
  const { version, dependencies } = JSON.parse(readFileSync(join(clone, name, 'package.json'), 'utf8'));
  const ours = Object.entries(dependencies ?? {}).filter(([dependency]) => dependency.startsWith('@hubwire/'));
  return [['itself', version], ...ours]
    .filter(([, asked]) => asked !== expected)
    .map(([subject, asked]) => `${name}: ${subject} at ${asked}`);
}

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false' } });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}
