import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ProfileKind } from '../contenders/profiler.ts';
import { aspNetCoreCommand } from '../contenders/aspnetcore/build.ts';
import type { Contender } from '../contenders/contender.ts';
import { pinned } from './pinning.ts';

const answerTimeoutMs = 30_000;
const serverFlags = ['--expose-gc'];

/** The flags that servers of Node.js run with. */
export const nodeFlagsOfServers: readonly string[] = serverFlags;

/** The process of one server: commands go in, a line each, and answers come out. It ends when its input does. */
export class ServerHandle implements AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(process: ChildProcess, answers: AsyncIterator<string>, port: number) {
    this.#process = process;
    this.#answers = answers;
    this.port = port;
    this.pid = process.pid!;
  }

  static async start(contender: Contender, options: object, core: number | undefined): Promise<ServerHandle> {
    const settings = JSON.stringify({ ...contender.serverOptions, ...options });
    const script = fileURLToPath(new URL('../contenders/server-process.js', import.meta.url));
    const command =
      contender.server === 'aspnetcore'
        ? aspNetCoreCommand()
        : [process.execPath, ...serverFlags, script, contender.server, settings];
    const [program, args] = pinned(core, command);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    try {
      const { port } = await nextAnswer<{ port: number }>(answers, `${contender.name} starts`);
      return new ServerHandle(child, answers, port);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** What the server uses after its garbage is collected. */
  memory(): Promise<{ readonly rssBytes: number; readonly heapBytes: number }> {
    return this.#ask('memory');
  }

  async startProfile(kind: ProfileKind): Promise<void> {
    await this.#ask(`profile-start ${kind}`);
  }

  async stopProfile(file: string): Promise<void> {
    await this.#ask(`profile-stop ${file}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3_000);
    await exited;
    clearTimeout(timer);
  }

  #ask<T>(command: string): Promise<T> {
    this.#process.stdin?.write(`${command}\n`);
    return nextAnswer<T>(this.#answers, `the server answers '${command}'`);
  }
}

async function nextAnswer<T>(answers: AsyncIterator<string>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${answerTimeoutMs} ms in vain: ${what}.`)), answerTimeoutMs);
  });
  try {
    const { value, done } = await Promise.race([answers.next(), timeout]);
    if (done === true) throw new Error(`The server has ended: ${what}.`);
    return JSON.parse(value) as T;
  } finally {
    clearTimeout(timer);
  }
}
