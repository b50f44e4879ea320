import { Hub, hubMethod } from '@hubwire/hub-server';

export interface BenchClient {
  message(text: string): void;
}

/** What users would write for what the scenarios need, and nothing to make it faster. */
export class BenchHub extends Hub<BenchClient> {
  @hubMethod()
  echo(text: string): string {
    return text;
  }

  @hubMethod()
  async broadcast(text: string): Promise<void> {
    await this.clients.all.message(text);
  }

  @hubMethod()
  async join(): Promise<void> {
    await this.groups.add(this.context.connectionId, 'room');
  }

  @hubMethod()
  async sendToGroup(text: string): Promise<void> {
    await this.clients.group('room').message(text);
  }

  @hubMethod()
  async *download(count: number, text: string): AsyncGenerator<string> {
    for (let left = count; left > 0; left -= 1) yield text;
  }

  @hubMethod()
  async upload(items: AsyncIterable<string>): Promise<number> {
    let count = 0;
    for await (const _item of items) count += 1;
    return count;
  }
}
