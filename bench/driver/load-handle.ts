import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadAnswer, LoadRequest, WorkloadRequest } from '../load/load-process.ts';
import type { Sample } from '../load/meter.ts';
import { pinned } from './pinning.ts';
import type { ServerHandle } from './server-handle.ts';

const openTimeoutMs = 60_000;
const measureTimeoutMs = 60_000;

/** The process of one load generator. It ends when its channel does. */
export class LoadHandle implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #server: ServerHandle;

  constructor(server: ServerHandle, core: number | undefined) {
    const script = fileURLToPath(new URL('../load/load-process.js', import.meta.url));
    const [program, args] = pinned(core, [process.execPath, script]);
    this.#process = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'json' });
    this.#server = server;
  }

  async open(workload: WorkloadRequest): Promise<void> {
    await this.#ask({ kind: 'open', workload }, openTimeoutMs);
  }

  async measure(seconds: number): Promise<Sample> {
    return (await this.#ask({ kind: 'measure', seconds }, measureTimeoutMs + seconds * 1e3)) as Sample;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3_000);
    await exited;
    clearTimeout(timer);
  }

  #ask(request: LoadRequest, timeoutMs: number): Promise<unknown> {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        child.off('message', take);
        child.off('exit', lost);
        settle();
      };
      const take = (answer: LoadAnswer): void => {
        if (answer.kind === 'done') end(() => resolve(answer.result));
        else if (answer.kind === 'failed') end(() => reject(new Error(answer.message)));
        else this.#tellMemory().catch((error: unknown) => end(() => reject(error)));
      };
      const lost = (): void => end(() => reject(new Error('The load generator has ended.')));
      const timer = setTimeout(
        () => end(() => reject(new Error(`The load generator did not '${request.kind}' in ${timeoutMs} ms.`))),
        timeoutMs,
      );
      child.on('message', take);
      child.once('exit', lost);
      child.send(request);
    });
  }

  async #tellMemory(): Promise<void> {
    this.#process.send({ kind: 'memory', ...(await this.#server.memory()) } satisfies LoadRequest);
  }
}
