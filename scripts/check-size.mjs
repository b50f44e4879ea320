// Bundles the client for browsers as an application would, beside the official one, and holds it against its budgets.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './packages.mjs';

/**
 * What each bundle holds, all of its chunks counted, and how many bytes it may have after gzip (level 9).
 *
 * The budgets are a ratchet: what has been reached, rounded up. They only ever go down, towards `goalBytes`.
 */
const bundles = [
  {
    name: 'connect, JSON, three transports',
    budgetBytes: 14_000,
    goalBytes: 10_240,
    code: `import { connect } from '@hubwire/hub-client';
      globalThis.connection = connect('/hub');`,
    official: 'HubConnectionBuilder, JSON, three transports',
  },
  {
    name: 'HubConnectionBuilder, JSON, three transports',
    budgetBytes: 15_400,
    goalBytes: 10_240,
    code: withBuilder('@hubwire/hub-client'),
    official: 'HubConnectionBuilder, JSON, three transports',
  },
  {
    name: 'HubConnectionBuilder and MessagePack',
    budgetBytes: 19_400,
    code: withBuilder('@hubwire/hub-client', '@hubwire/hub-protocol/messagepack'),
    official: 'HubConnectionBuilder and MessagePack',
  },
  {
    name: 'every export of the client',
    budgetBytes: 16_400,
    code: `export * from '@hubwire/hub-client';`,
  },
];

const official = {
  'HubConnectionBuilder, JSON, three transports': withBuilder('@microsoft/signalr'),
  'HubConnectionBuilder and MessagePack': withBuilder('@microsoft/signalr', '@microsoft/signalr-protocol-msgpack'),
};

/** A page that connects with the builder, which both clients have. */
function withBuilder(client, messagePack) {
  const start = `import { HubConnectionBuilder } from '${client}';`;
  const connection = `new HubConnectionBuilder().withUrl('/hub').withAutomaticReconnect()`;
  if (messagePack === undefined) return `${start} globalThis.connection = ${connection}.build();`;
  return `${start} import { MessagePackHubProtocol } from '${messagePack}';
    globalThis.connection = ${connection}.withHubProtocol(new MessagePackHubProtocol()).build();`;
}

if (existsSync(join(root, 'hub-client/src/index.ts'))) {
  const officialBytes = new Map();
  for (const [name, code] of Object.entries(official)) {
    const { text } = await bundle(code);
    officialBytes.set(name, gzipBytes(text));
    console.log(`@microsoft/signalr, ${name}: ${describeSize(text)}`);
  }
  for (const bundle of bundles) {
    const succeeded = await check(bundle, officialBytes).catch((error) =>
      console.log(`${bundle.name}: ${error.message}`),
    );
    if (succeeded !== true) process.exitCode = 1;
  }
} else {
  console.log('hub-client has no sources yet: nothing to measure');
}

async function check({ name, code, budgetBytes, goalBytes, official }, officialBytes) {
  const { text, modules } = await bundle(code);
  const gzip = gzipBytes(text);
  const limits = [
    `budget ${kilobytes(budgetBytes)}`,
    goalBytes !== undefined && `goal ${kilobytes(goalBytes)}`,
    official !== undefined && `${percentage(gzip, officialBytes.get(official))} of the official`,
  ];
  console.log(`${name}: ${describeSize(text)} (${limits.filter(Boolean).join(', ')}), ${modules.length} modules`);

  const foreign = modules.filter(({ id }) => isForeign(id));
  for (const { id } of foreign) console.log(`  not for browsers: ${id}`);
  const tooLarge = gzip > budgetBytes;
  if (tooLarge) {
    console.log(`  ${gzip - budgetBytes} bytes over budget; the largest modules, before minification:`);
    for (const { id, length } of modules.slice(0, 15)) console.log(`  ${String(length).padStart(8)} ${id}`);
  }
  return !tooLarge && foreign.length === 0;
}

function gzipBytes(text) {
  return gzipSync(text, { level: 9 }).length;
}

function describeSize(text) {
  return `${kilobytes(gzipBytes(text))} gzip, ${kilobytes(text.length)} minified`;
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(2)} kB`;
}

function percentage(part, whole) {
  return `${Math.round((part / whole) * 100)} %`;
}

/** Whether the module is a stand-in for a `node:` one, or of a third party: the client needs none. */
function isForeign(id) {
  return id.includes('__vite-browser-external') || id.includes('node_modules/');
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
