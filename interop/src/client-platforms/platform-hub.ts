import { Hub, hubMethod } from '@hubwire/hub-server';

/** What the hub calls on the client under test. */
export interface PlatformClient {
  greeted(greeting: string): void;
}

/** The kinds of call that every platform has to get right. */
export class PlatformHub extends Hub<PlatformClient> {
  @hubMethod()
  async greet(name: string): Promise<string> {
    await this.clients.caller.greeted(`Hello ${name}`);
    return this.context.transport;
  }

  @hubMethod()
  reverse(bytes: Uint8Array | readonly number[]): readonly number[] {
    return [...bytes].toReversed();
  }

  @hubMethod()
  async *count(n: number): AsyncGenerator<number> {
    for (let item = 1; item <= n; item += 1) yield item;
  }

  @hubMethod({ streams: 1 })
  async concat(parts: AsyncIterable<string>): Promise<string> {
    let text = '';
    for await (const part of parts) text += part;
    return text;
  }
}
