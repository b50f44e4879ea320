// Packs every package and looks at it as its users will: publint and attw on the tarball, then a project outside the
// workspace which has the tarballs and their declared dependencies, type-checks against every entry and loads each.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readPackages, root, specifiersOf } from './packages.mjs';

/** What a TypeScript user of our packages has besides them. */
const typesOfUsers = ['@types/node', '@types/express'];

const moduleResolutions = {
  nodenext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
  'bundler for browsers': { module: 'ESNext', moduleResolution: 'Bundler', customConditions: ['browser'] },
};

const temporary = mkdtempSync(join(tmpdir(), 'hubwire-packages-'));
let failures = 0;
try {
  const packages = readPackages();
  for (const entry of packages) {
    entry.tarball = pack(entry);
    check(`publint ${entry.name}`, 'publint', ['run', entry.tarball, '--strict']);
    check(`attw ${entry.name}`, 'attw', [
      entry.tarball,
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '--no-emoji',
    ]);
  }
  const consumer = createConsumer(packages);
  const specifiers = packages.flatMap(specifiersOf);
  checkTypes(consumer, specifiers);
  checkLoading(consumer, specifiers);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function pack({ folder }) {
  const { stdout, stderr, status } = spawnSync('npm', ['pack', '--json', '--pack-destination', temporary], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm pack failed in ${folder}\n${stderr}`);
  return join(temporary, JSON.parse(stdout)[0].filename);
}

/** A project with the tarballs unpacked, and of other packages only what the tarballs declare. */
function createConsumer(packages) {
  const folder = join(temporary, 'consumer');
  const linked = new Set(typesOfUsers);
  for (const { manifest, tarball } of packages) {
    const target = join(folder, 'node_modules', manifest.name);
    mkdirSync(target, { recursive: true });
    const { status } = spawnSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
    if (status !== 0) throw new Error(`cannot unpack ${tarball}`);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) linked.add(name);
  }
  for (const name of linked) {
    if (packages.some(({ manifest }) => manifest.name === name)) continue;
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), path);
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  return folder;
}

function checkTypes(consumer, specifiers) {
  const lines = specifiers.map(
    (name, i) => `import * as entry${i} from '${name}';\nexport type Entry${i} = typeof entry${i};`,
  );
  writeFileSync(join(consumer, 'entries.ts'), lines.join('\n'));
  for (const [name, compilerOptions] of Object.entries(moduleResolutions)) {
    const config = {
      compilerOptions: {
        ...compilerOptions,
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      },
      files: ['entries.ts'],
    };
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(config));
    check(`types, moduleResolution ${name}`, 'tsc', ['-p', consumer]);
  }
}

function checkLoading(consumer, specifiers) {
  for (const name of specifiers) {
    checkNode(`import ${name}`, consumer, ['--input-type=module', '-e', `await import('${name}')`]);
    checkNode(`require ${name}`, consumer, ['--input-type=commonjs', '-e', `require('${name}')`]);
  }
}

function checkNode(title, cwd, args) {
  report(title, spawnSync(process.execPath, args, { cwd, encoding: 'utf8' }));
}

function check(title, tool, args) {
  const path = join(root, 'node_modules/.bin', tool);
  report(title, spawnSync(path, args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }));
}

function report(title, { status, stdout, stderr }) {
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${title}`);
  if (status === 0) return;
  failures += 1;
  console.log(`${stdout}${stderr}`.trim().replaceAll(/^/gm, '     '));
}
