// Bundles the client for browsers as an application would and holds the result against the budget.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './packages.mjs';

/** What each bundle holds, and how many bytes it may have after gzip (level 9); no budget: printed only. */
const bundles = [
  {
    name: 'client, JSON, three transports',
    budgetBytes: 10_240,
    code: `import { HubConnectionBuilder } from '@hubwire/hub-client';
      globalThis.connection = new HubConnectionBuilder().withUrl('/hub').withAutomaticReconnect().build();`,
  },
  { name: 'every export of the client', code: `export * from '@hubwire/hub-client';` },
  {
    name: 'client and MessagePack',
    code: `import { HubConnectionBuilder } from '@hubwire/hub-client';
      import { MessagePackHubProtocol } from '@hubwire/hub-protocol/messagepack';
      globalThis.connection = new HubConnectionBuilder().withUrl('/hub')
        .withHubProtocol(new MessagePackHubProtocol()).build();`,
    thirdParty: ['msgpackr'],
  },
];

if (existsSync(join(root, 'hub-client/src/index.ts'))) {
  for (const bundle of bundles) {
    const succeeded = await check(bundle).catch((error) => console.log(`${bundle.name}: ${error.message}`));
    if (succeeded !== true) process.exitCode = 1;
  }
} else {
  console.log('hub-client has no sources yet: nothing to measure');
}

async function check({ name, code, budgetBytes, thirdParty = [] }) {
  const { text, modules } = await bundle(code);
  const gzip = gzipSync(text, { level: 9 }).length;
  const size = `${(gzip / 1024).toFixed(2)} kB gzip, ${(text.length / 1024).toFixed(2)} kB minified`;
  const budget = budgetBytes === undefined ? '' : ` (budget ${budgetBytes / 1024} kB)`;
  console.log(`${name}: ${size}${budget}, ${modules.length} modules`);

  const foreign = modules.filter(({ id }) => isForeign(id, thirdParty));
  for (const { id } of foreign) console.log(`  not for browsers: ${id}`);
  const tooLarge = budgetBytes !== undefined && gzip > budgetBytes;
  if (tooLarge) {
    console.log(`  ${gzip - budgetBytes} bytes over budget; the largest modules, before minification:`);
    for (const { id, length } of modules.slice(0, 15)) console.log(`  ${String(length).padStart(8)} ${id}`);
  }
  return !tooLarge && foreign.length === 0;
}

/** Whether the module is a stand-in for a `node:` one, or of a third party that this bundle does not name. */
function isForeign(id, thirdParty) {
  if (id.includes('__vite-browser-external')) return true;
  return id.includes('node_modules/') && !thirdParty.some((name) => id.includes(`node_modules/${name}/`));
}

async function bundle(code) {
  const entry = 'virtual:application';
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@hubwire/source', 'browser', 'module', 'production'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) => (id === `\0${entry}` ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      rollupOptions: { input: entry, preserveEntrySignatures: 'strict' },
    },
  });
  const chunks = [result].flat().flatMap(({ output }) => output.filter(({ type }) => type === 'chunk'));
  return {
    text: chunks.map((chunk) => chunk.code).join(''),
    modules: chunks
      .flatMap((chunk) => Object.entries(chunk.modules))
      .filter(([id, { renderedLength }]) => !id.startsWith('\0') && renderedLength > 0)
      .map(([id, { renderedLength }]) => ({ id: relative(root, id), length: renderedLength }))
      .toSorted((a, b) => b.length - a.length),
  };
}
