import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const interop = fileURLToPath(new URL('../..', import.meta.url));

/** The client's sources as one module for Node.js, which still imports what others publish; disposing removes it. */
export interface NodeBuild extends AsyncDisposable {
  readonly file: string;
}

export async function buildForNode(): Promise<NodeBuild> {
  await mkdir(join(interop, 'dist'), { recursive: true });
  // Inside the workspace, so that what it imports is found.
  const folder = await mkdtemp(join(interop, 'dist/node-'));
  await build({
    root: interop,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@hubwire/source', 'node', 'import'] },
    ssr: { noExternal: [/^@hubwire\//], resolve: { conditions: ['@hubwire/source', 'node', 'import'] } },
    build: {
      ssr: join(interop, '../hub-client/src/index.ts'),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'hub-client.mjs' } },
    },
  });
  return { file: join(folder, 'hub-client.mjs'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
