import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { withBuildLock } from './build-lock.ts';
import type { HostAvailability } from './host-availability.ts';
import { runToEnd } from './run-to-end.ts';
import { within } from './within.ts';

const project = join(import.meta.dirname, '..', 'aspnetcore');
const output = join(project, 'bin', 'Release', 'net10.0');
const program = join(output, 'conformance-server.dll');
const dependencies = join(output, 'conformance-server.deps.json');
const messagePack = 'Microsoft.AspNetCore.SignalR.Protocols.MessagePack';
const readyLine = /^listening on (http:\S+)$/;

/** Builds the ASP.NET Core server where its sources are newer than the build, and runs it. Needs the `dotnet` command. */
export async function startAspNetCoreHost(): Promise<HostAvailability> {
  const sdk = await runToEnd('dotnet', ['--version'], project).catch(() => undefined);
  if (sdk === undefined) return { kind: 'missing', reason: 'there is no dotnet command for the ASP.NET Core server' };
  await withBuildLock(join(project, 'obj'), async () => {
    if (!(await isBuilt())) await build();
  });

  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', STOP_WITH_INPUT: '1' };
  const server = spawn('dotnet', [program], { env });
  const url = await within(readUrl(server), 'the ASP.NET Core server listens', 30_000).catch((error: unknown) => {
    server.kill('SIGKILL');
    throw error;
  });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  return {
    kind: 'running',
    host: {
      url,
      protocols: (await readFile(dependencies, 'utf8')).includes(messagePack) ? ['json', 'messagepack'] : ['json'],
      [Symbol.asyncDispose]: async () => {
        server.kill('SIGTERM');
        // Open connections hold a graceful stop up, and nobody is waiting for them any more.
        await within(exited, 'the ASP.NET Core server stops').catch(() => server.kill('SIGKILL'));
      },
    },
  };
}

async function isBuilt(): Promise<boolean> {
  if (!existsSync(program)) return false;
  const { mtimeMs } = await stat(program);
  const sources = (await readdir(project)).filter((name) => /\.(cs|csproj)$/.test(name));
  const changed = await Promise.all(sources.map(async (name) => (await stat(join(project, name))).mtimeMs));
  return changed.every((time) => time <= mtimeMs);
}

async function build(): Promise<void> {
  const args = ['build', '-c', 'Release', '-v', 'quiet', '-nologo'];
  try {
    await runToEnd('dotnet', args, project);
  } catch (error) {
    // NU1101 and NU1102: the feed of this machine has no such package.
    if (!/NU110[12]/.test(String(error))) throw error;
    console.warn('The MessagePack package cannot be restored here: the ASP.NET Core server is built with JSON alone.');
    await runToEnd('dotnet', [...args, '-p:WithMessagePack=false'], project);
  }
}

function readUrl(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const errors: string[] = [];
    server.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`The ASP.NET Core server ended with ${code}.\n${errors.join('')}`)));
    if (server.stdout === null) return reject(new Error('The ASP.NET Core server has no output.'));
    createInterface({ input: server.stdout }).on('line', (line) => {
      const url = readyLine.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
