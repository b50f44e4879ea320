import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The client as a bundler takes it that knows the condition `react-native` and not `browser`. Rejects when it meets
 * anything that is not the client's own: a module of Node.js or another package.
 */
export async function bundleForReactNative(): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@hubwire/source', 'react-native'], mainFields: ['module', 'main'] },
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: `${root}hub-client/src/index.ts`, preserveEntrySignatures: 'strict' },
    },
  });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  const chunks = outputs.filter((output): output is Rolldown.OutputChunk => output.type === 'chunk');
  const foreign = chunks.flatMap(({ moduleIds, imports }) =>
    [...moduleIds, ...imports].filter((id) => /node_modules|__vite-browser-external|^node:/.test(id)),
  );
  if (foreign.length > 0) throw new Error(`Not for React Native: ${foreign.join(', ')}`);
  return chunks.map(({ code }) => code).join('');
}
