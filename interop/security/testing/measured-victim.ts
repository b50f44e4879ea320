import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubServerOptions } from '@hubwire/hub-server';
import { build } from 'vite';
import { within } from '../../src/within.ts';
import type { Measurement } from './measured-server.ts';

const conditions = ['@hubwire/source', 'node', 'module', 'development|production'];

/** Puts `measured-server.ts` and all it imports into one file that Node.js runs as it is. */
async function bundleServer(outDir: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
    oxc: { decorator: { legacy: true } },
    build: {
      outDir,
      ssr: join(import.meta.dirname, 'measured-server.ts'),
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'server.mjs' } },
    },
  });
  return join(outDir, 'server.mjs');
}

/** A server in a process of its own, which tells how much memory it holds. */
export class MeasuredVictim implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(server: string, options: HubServerOptions = {}): Promise<MeasuredVictim> {
    const child = fork(server, [JSON.stringify(options)], { execArgv: ['--expose-gc'] });
    const [{ port }] = (await within(once(child, 'message'), 'the server starts')) as [{ readonly port: number }];
    return new MeasuredVictim(child, port);
  }

  async measure(): Promise<Measurement> {
    const answered = once(this.#child, 'message');
    this.#child.send('measure');
    const [measurement] = (await within(answered, 'the server measures itself')) as [Measurement];
    return measurement;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    if (this.#child.exitCode === null) {
      this.#child.disconnect();
      await within(exited, 'the server ends');
    }
  }
}

/** Bundles the server once for all tests of a file. */
export async function prepareMeasuredServer(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hubwire-measured-'));
  return { path: await bundleServer(folder), remove: () => rm(folder, { recursive: true, force: true }) };
}
