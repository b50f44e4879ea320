import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { caddyConfig } from './caddy-config.ts';
import { nginxConfig } from './nginx-config.ts';
import type { ProxyBehaviour, ProxyKind, ProxySetting } from './proxy-setting.ts';

/** A running proxy; disposing ends it. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
}

interface Program {
  readonly places: readonly string[];
  readonly config: (setting: ProxySetting) => string;
  readonly args: (config: string, folder: string) => readonly string[];
}

const programs: Readonly<Record<ProxyKind, Program>> = {
  nginx: {
    places: ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx', '/usr/local/bin/nginx'],
    config: nginxConfig,
    args: (config, folder) => ['-p', folder, '-e', 'stderr', '-c', config],
  },
  caddy: {
    places: ['/usr/bin/caddy', '/usr/local/bin/caddy'],
    config: caddyConfig,
    args: (config) => ['run', '--adapter', 'caddyfile', '--config', config],
  },
};

/** The program of a proxy, where it is installed. */
export function proxyProgram(kind: ProxyKind): string | undefined {
  return programs[kind].places.find((place) => existsSync(place));
}

/** Starts a proxy on a free port of the loopback address, in front of `upstreamUrl`. It writes to a folder of its own. */
export async function startProxy(kind: ProxyKind, upstreamUrl: string, behaviour: ProxyBehaviour = {}): Promise<Proxy> {
  const program = proxyProgram(kind);
  if (program === undefined) throw new Error(`There is no ${kind}.`);
  const folder = await mkdtemp(join(tmpdir(), `${kind}-`));
  const port = await freePort();
  const config = join(folder, 'config');
  await writeFile(config, programs[kind].config({ ...behaviour, port, upstream: new URL(upstreamUrl).host, folder }));

  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(program, programs[kind].args(config, folder), { env, cwd: folder });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A test that is given up half-way disposes of nothing.
  const killAtExit = (): boolean => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const stop = async (): Promise<void> => {
    process.off('exit', killAtExit);
    child.kill('SIGTERM');
    await Promise.race([exited, delay(5000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await listening(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

/** One that was free a moment ago: neither program takes any free one and tells which. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  const output: string[] = [];
  let failure: Error | undefined;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(String(chunk)));
  child.once('error', (error) => (failure = error));
  child.once('exit', (code) => (failure = new Error(`The proxy ended with ${code}.\n${output.join('')}`)));
  const deadlineMs = performance.now() + 15_000;
  while (!(await accepts(port))) {
    if (failure !== undefined) throw failure;
    if (performance.now() > deadlineMs) throw new Error(`The proxy does not listen.\n${output.join('')}`);
    await delay(20);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
