import { Hub, HubException, hubMethod } from '@hubwire/hub-server';

/** What the clients of `NestHub` answer; each answers by calling the hub, until the depth is 0. */
export interface NestClient {
  descend(depth: number): number;
  relay(route: readonly string[], depth: number): readonly string[];
  gather(depth: number): number;
  answerLate(): number;
}

/** Methods that await what a client returns, which in turn awaits the next of these methods. */
export class NestHub extends Hub<NestClient> {
  /** Down by way of the caller; counts the levels. */
  @hubMethod() async descend(depth: number): Promise<number> {
    return depth === 0 ? 0 : 1 + (await this.clients.caller.invoke.descend(depth - 1));
  }

  /** Down by way of the connections of a route, round and round; gives the way that was taken. */
  @hubMethod() async relay([next, ...others]: readonly string[], depth: number): Promise<readonly string[]> {
    if (depth === 0 || next === undefined) return [];
    return [next, ...(await this.clients.client(next).invoke.relay([...others, next], depth - 1))];
  }

  /** Down by way of everybody at once; adds up the calls that were made. */
  @hubMethod() async gather(depth: number): Promise<number> {
    if (depth === 0) return 0;
    const outcomes = await this.clients.all.invokeAll.gather(depth - 1);
    return outcomes.reduce((sum, outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return sum + 1 + outcome.value;
    }, 0);
  }

  /** Down by way of the caller to an error. */
  @hubMethod() async fail(depth: number): Promise<number> {
    if (depth === 0) throw new HubException('The bottom is reached.');
    return this.clients.caller.invoke.descend(-depth);
  }

  /** Asks its caller before it reads what the caller uploads, and gives both. */
  @hubMethod({ streams: 1 }) async askFirst(numbers: AsyncIterable<number>): Promise<readonly [string, number]> {
    const asked = this.clients.caller.withOptions({ timeoutMs: 500 }).invoke.answerLate();
    const answer = await asked.then(String, (error: Error) => error.message);
    let sum = 0;
    for await (const number of numbers) sum += number;
    return [answer, sum];
  }

  /** Gives, for each number that comes up, how deep one can go from it. */
  @hubMethod({ streams: 1 }) async *depths(numbers: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const number of numbers) yield await this.descend(number);
  }
}
