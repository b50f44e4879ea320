import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

const require = createRequire(import.meta.url);

/** A page with both clients in it, at an origin of its own. */
export interface PageServer extends AsyncDisposable {
  readonly url: string;
}

/** Bundles our client, takes the official one as it is published for browsers, and serves a page that loads them. */
export async function startPageServer(): Promise<PageServer> {
  const scripts: Readonly<Record<string, string>> = {
    '/hubwire.js': await bundleHubwire(),
    '/signalr.js': await published('@microsoft/signalr', 'signalr.min.js'),
    '/signalr-messagepack.js': await published(
      '@microsoft/signalr-protocol-msgpack',
      'signalr-protocol-msgpack.min.js',
    ),
  };
  const tags = Object.keys(scripts).map((path) => `<script src="${path}"></script>`);
  const page = `<!doctype html><title>Clients</title>${tags.join('')}`;
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts[url];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** From the sources of all packages, as an application's bundler does it. */
async function bundleHubwire(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@hubwire/source', 'browser', 'module', 'import', 'default'] },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('../run-in-page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'hubwirePage',
      },
    },
  });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  return outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('\n');
}

function published(name: string, file: string): Promise<string> {
  const root = dirname(require.resolve(`${name}/package.json`));
  return readFile(join(root, 'dist', 'browser', file), 'utf8');
}
