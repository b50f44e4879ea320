import { Hub, HubException, hubMethod } from '@hubwire/hub-server';

interface Listener {
  news(text: string, ...more: unknown[]): void;
  ping(): void;
  name(greeting: string): string;
}

/** The methods that the examples of the specification call, and a few to be called back by. */
export class SpecificationHub extends Hub<Listener> {
  @hubMethod({ parameters: ['minuend', 'subtrahend'] })
  subtract(minuend: number, subtrahend: number): number {
    return minuend - subtrahend;
  }

  @hubMethod()
  sum(...numbers: number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
  }

  @hubMethod()
  get_data(): unknown {
    return ['hello', 5];
  }

  @hubMethod()
  update(..._values: unknown[]): void {}

  @hubMethod()
  notify_hello(_value: unknown): void {}

  @hubMethod()
  notify_sum(...numbers: number[]): number {
    return this.sum(...numbers);
  }

  @hubMethod()
  echo(value: unknown): unknown {
    return value;
  }

  @hubMethod()
  refuse(text: string): never {
    throw new HubException(text);
  }

  @hubMethod()
  async tell(text: string, ...more: unknown[]): Promise<void> {
    await this.clients.all.news(text, ...more);
  }

  @hubMethod()
  async pingAll(): Promise<void> {
    await this.clients.all.ping();
  }

  @hubMethod()
  askName(): Promise<string> {
    return this.clients.caller.invoke.name('hello');
  }
}
