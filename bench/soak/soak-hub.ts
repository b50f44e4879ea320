import { Hub, hubMethod } from '@hubwire/hub-server';

export interface SoakClient {
  told(group: string, text: string): void;
}

/** A call of every kind, each with an answer that a client can check. */
export class SoakHub extends Hub<SoakClient> {
  @hubMethod()
  add(a: number, b: number): number {
    return a + b;
  }

  @hubMethod()
  async shout(text: string): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    return `${text}!`;
  }

  @hubMethod()
  async *count(to: number): AsyncGenerator<number> {
    for (let value = 0; value < to; value += 1) {
      yield value;
      if (value % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  @hubMethod({ streams: 1 })
  async sum(numbers: AsyncIterable<number>): Promise<number> {
    let total = 0;
    for await (const number of numbers) total += number;
    return total;
  }

  @hubMethod()
  async join(group: string): Promise<void> {
    await this.groups.add(this.context.connectionId, group);
  }

  @hubMethod()
  async leave(group: string): Promise<void> {
    await this.groups.remove(this.context.connectionId, group);
  }

  @hubMethod()
  async tell(group: string, text: string): Promise<void> {
    await this.clients.group(group).told(group, text);
  }
}
