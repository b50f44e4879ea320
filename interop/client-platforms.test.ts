import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForReactNative } from './src/client-platforms/react-native-build.ts';
import { createBareWorld, type BareWorld } from './src/client-platforms/bare-world.ts';
import { buildForBrowsers, type BrowserBuilds } from './src/client-platforms/browser-builds.ts';
import { buildForNode, type NodeBuild } from './src/client-platforms/node-build.ts';
import { reactNativePlatform } from './src/client-platforms/react-native-platform.ts';
import { startPlatformServer, type PlatformServer } from './src/client-platforms/platform-server.ts';
import { expectedUse, useHubConnection } from './src/client-platforms/use-hub-connection.ts';
import { runToEnd } from './src/run-to-end.ts';
import { within } from './src/within.ts';

let builds: BrowserBuilds;
let server: PlatformServer;

beforeAll(async () => {
  builds = await buildForBrowsers();
  server = await startPlatformServer({ files: builds.folder, texts: {} });
}, 60_000);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await builds?.[Symbol.asyncDispose]();
});

describe('on Node.js', () => {
  let build: NodeBuild;
  beforeAll(async () => {
    build = await buildForNode();
  }, 60_000);
  afterAll(() => build?.[Symbol.asyncDispose]());

  /** What a program of its own prints; it has to end by itself. */
  async function run(program: string): Promise<unknown> {
    const text = `const load = () => import(${JSON.stringify(build.file)});\n${program}`;
    const output = await within(
      runToEnd(process.execPath, ['--input-type=module', '-e', text], import.meta.dirname),
      'the end of the program',
      20_000,
    );
    return JSON.parse(output);
  }

  it('leaves nothing open when it is imported', async () => {
    // With anything open the process would not come to its end by itself.
    const { names, resources } = (await run(`
      const names = Object.keys(await load());
      process.once('beforeExit', () => {
        console.log(JSON.stringify({ names, resources: process.getActiveResourcesInfo() }));
      });
    `)) as Record<string, readonly string[]>;
    expect(names).toContain('HubConnectionBuilder');
    expect(resources).toEqual([]);
  });

  it.each(['WebSockets', 'ServerSentEvents', 'LongPolling'] as const)(
    'lets the process end once the connection over %s was stopped',
    async (transport) => {
      const options = JSON.stringify({ url: `${server.url}/hub`, transport });
      const used = await run(`
        const use = ${useHubConnection.toString()};
        console.log(JSON.stringify(await use(await load(), ${options})));
      `);
      expect(used).toEqual(expectedUse(transport));
    },
  );
});

describe('in a world without a platform', () => {
  async function load(world: BareWorld, ...names: readonly string[]): Promise<void> {
    for (const name of names) world.run(await readFile(join(builds.folder, name), 'utf8'));
  }

  it('touches nothing when it is imported, and with MessagePack nothing but text encoding', async () => {
    const world = createBareWorld({ TextDecoder, TextEncoder });
    await load(world, 'hubwire.global.js');
    expect([...world.lookedFor]).toEqual([]);
    await load(world, 'messagepack.global.js');
    expect([...world.lookedFor].toSorted()).toEqual(['TextDecoder', 'TextEncoder']);
  });

  it('is watched: what is looked for is noted', () => {
    const world = createBareWorld({ fetch });
    world.run('typeof window; globalThis.document; typeof fetch; typeof Map;');
    expect([...world.lookedFor]).toEqual(['window', 'document', 'fetch']);
  });

  it.each(['WebSockets', 'LongPolling'] as const)('connects over %s without any text encoding', async (transport) => {
    const { TextDecoder: _, TextEncoder: __, ...platform } = reactNativePlatform;
    const world = createBareWorld(platform);
    await load(world, 'hubwire.global.js');
    const options = JSON.stringify({ url: `${server.url}/hub`, transport });
    const used = world.run(`(${useHubConnection.toString()})(hubwire, ${options})`) as Promise<unknown>;
    expect(await within(used, 'the end of the calls')).toEqual(expectedUse(transport));
    // Neither AbortSignal.timeout nor AbortSignal.any.
    expect([...world.lookedFor]).not.toContain('AbortSignal');
  });

  it('connects with what React Native has', async () => {
    const world = createBareWorld(reactNativePlatform);
    await load(world, 'hubwire.global.js', 'messagepack.global.js');
    for (const protocol of ['undefined', 'new hubwireMessagePack.MessagePackHubProtocol()']) {
      const options = `{ url: ${JSON.stringify(`${server.url}/hub`)}, protocol: ${protocol} }`;
      const used = world.run(`(${useHubConnection.toString()})(hubwire, ${options})`) as Promise<unknown>;
      expect(await within(used, 'the end of the calls')).toEqual(expectedUse('WebSockets'));
    }
    expect([...world.lookedFor]).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(window|process)$/)]));
  });
});

describe('a bundler for React Native', () => {
  it('takes nothing that is for Node.js', async () => {
    expect(await bundleForReactNative()).toContain('negotiateVersion');
  });
});

describe('the files for browsers', () => {
  it.each(['hubwire.js', 'hubwire.global.js', 'messagepack.js', 'messagepack.global.js'])(
    '%s stands alone, and has a map to the sources',
    async (name) => {
      const text = await readFile(join(builds.folder, name), 'utf8');
      expect(text).not.toMatch(/\bimport\s*[({*"'`]|\bimport \w+ from|\brequire\(|\beval\(|new Function\(/);
      expect(text).toContain(`//# sourceMappingURL=${name}.map`);
      const map = JSON.parse(await readFile(join(builds.folder, `${name}.map`), 'utf8')) as { sources: string[] };
      expect(map.sources).toEqual(expect.arrayContaining([expect.stringMatching(/hub-protocol\/src\/.*\.ts$/)]));
    },
  );
});
