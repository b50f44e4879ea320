// Builds the client into single files for browsers without a bundler, to hub-client/dist/browser or to a given folder:
// hubwire.js for `import`, hubwire.global.js for classic scripts and workers, messagepack.js beside either.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { root } from './packages.mjs';

const outDir = resolve(process.argv[2] ?? join(root, 'hub-client/dist/browser'));
const { version } = JSON.parse(readFileSync(join(root, 'hub-client/package.json'), 'utf8'));

const files = [
  { name: 'hubwire.js', entry: 'hub-client/src/index.ts', format: 'es' },
  { name: 'hubwire.global.js', entry: 'hub-client/src/index.ts', format: 'iife', global: 'hubwire' },
  { name: 'messagepack.js', entry: 'hub-protocol/src/messagepack/index.ts', format: 'es' },
  {
    name: 'messagepack.global.js',
    entry: 'hub-protocol/src/messagepack/index.ts',
    format: 'iife',
    global: 'hubwireMessagePack',
  },
];

for (const file of files) await bundle(file);

function bundle({ name, entry, format, global }) {
  return build({
    root,
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    resolve: { conditions: ['@hubwire/source', 'browser', 'module', 'production'] },
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      minify: true,
      sourcemap: true,
      modulePreload: false,
      rolldownOptions: {
        input: join(root, entry),
        preserveEntrySignatures: 'strict',
        output: {
          format,
          name: global,
          entryFileNames: name,
          codeSplitting: false,
          postBanner: `/*! Hubwire ${version} (MIT) */`,
        },
      },
    },
  });
}
