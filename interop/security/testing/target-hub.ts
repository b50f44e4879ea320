import { Hub, HubException, hubMethod } from '@hubwire/hub-server';

/** What the tests of this folder attack: one method of every kind, and what must never be reached. */
export class TargetHub extends Hub {
  /** Calls of methods that nobody may call from outside. */
  static readonly intrusions: string[] = [];

  #secret(): string {
    TargetHub.intrusions.push('#secret');
    return 'secret';
  }

  @hubMethod()
  ping(): string {
    return 'pong';
  }

  @hubMethod({ optional: 1 })
  echo(value?: unknown): unknown {
    return value;
  }

  /** Whether a value has another prototype than what `{}` has. */
  @hubMethod()
  inherits(value: object): boolean {
    return Object.getPrototypeOf(value) !== Object.prototype;
  }

  @hubMethod()
  async broadcast(value: unknown): Promise<void> {
    await this.clients.all['told']?.(value);
  }

  @hubMethod()
  async join(group: string): Promise<void> {
    await this.groups.add(this.context.connectionId, group);
  }

  /** Sends everybody something nested so deep that it cannot be written. */
  @hubMethod()
  async broadcastDeep(levels: number): Promise<void> {
    await this.clients.all['told']?.(nest(levels));
  }

  @hubMethod()
  deep(levels: number): unknown {
    return nest(levels);
  }

  @hubMethod()
  requestUrl(): string | undefined {
    return this.context.request?.url;
  }

  @hubMethod()
  whoAmI(): unknown {
    return this.context.user;
  }

  @hubMethod()
  async hang(signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }

  @hubMethod()
  async *count(to: number): AsyncGenerator<number> {
    for (let item = 0; item < to; item++) yield item;
  }

  @hubMethod()
  async *endless(signal: AbortSignal): AsyncGenerator<number> {
    yield 0;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }

  @hubMethod()
  async collect(items: AsyncIterable<unknown>): Promise<number> {
    let count = 0;
    for await (const _item of items) count += 1;
    return count;
  }

  /** Takes an upload and never reads it. */
  @hubMethod()
  async ignore(_items: AsyncIterable<unknown>, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }

  @hubMethod()
  async ask(): Promise<unknown> {
    return this.clients.caller.invoke['question']?.();
  }

  @hubMethod()
  leak(): never {
    throw new Error('hunter2: the password of the database');
  }

  @hubMethod()
  refuse(): never {
    throw new HubException('not today');
  }

  @hubMethod()
  circle(): unknown {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return circle;
  }

  notExposed(): string {
    TargetHub.intrusions.push('notExposed');
    return this.#secret();
  }
}

function nest(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
