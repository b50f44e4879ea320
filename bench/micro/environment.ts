import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

const require = createRequire(import.meta.url);
const packages = ['@hubwire/hub-protocol', '@microsoft/signalr', '@microsoft/signalr-protocol-msgpack'];

/** What a figure cannot be read without. */
export function describeEnvironment(): object {
  return {
    date: new Date().toISOString(),
    node: process.version,
    nodeFlags: process.execArgv,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name: string): unknown {
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version;
}
