import type { InteropConnection } from './interop-client.ts';
import { within } from './within.ts';

/** Collects the calls that a server makes of one client method, in order, and hands them out one by one. */
export class Inbox {
  readonly #target: string;
  readonly #arrived: (readonly unknown[])[] = [];
  readonly #waiting: ((args: readonly unknown[]) => void)[] = [];

  /** MUST be made before the call can arrive; a connection has to be watched before its start to see the first calls. */
  constructor(connection: InteropConnection, target: string) {
    this.#target = target;
    connection.on(target, (...args) => this.#take(args));
  }

  #take(args: readonly unknown[]): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#arrived.push(args);
    else waiter(args);
  }

  /** The arguments of the next call. */
  next(): Promise<readonly unknown[]> {
    const args = this.#arrived.shift();
    if (args !== undefined) return Promise.resolve(args);
    const call = new Promise<readonly unknown[]>((resolve) => this.#waiting.push(resolve));
    return within(call, `the server calls ${this.#target}`);
  }

  /** Skips calls until one satisfies `wanted`. */
  async nextWhere(wanted: (args: readonly unknown[]) => boolean): Promise<readonly unknown[]> {
    for (;;) {
      const args = await this.next();
      if (wanted(args)) return args;
    }
  }
}
