import { Hub, HubException, hubMethod } from '@hubwire/hub-server';
import { Ledger } from './ledger.ts';
import type { Step } from './program.ts';
import { turn } from './turn.ts';

/** What a method is told of its step. */
export interface Plan extends Pick<Step, 'script' | 'fails'> {
  readonly step: number;
  readonly padding: string;
}

interface OrderClient {
  told(step: number, number: number, padding: string): void;
  asked(step: number, number: number): string;
}

const ledgers = new Map<string, Ledger>();

/** What the hub did for one connection. */
export function ledgerOf(connectionId: string): Ledger {
  const ledger = ledgers.get(connectionId) ?? new Ledger();
  ledgers.set(connectionId, ledger);
  return ledger;
}

/** Does what it is told, and writes down what it does at the moment when it does it. */
export class OrderHub extends Hub<OrderClient> {
  @hubMethod() sync(plan: Plan): number {
    const call = new Call(plan, this);
    for (const _action of plan.script) call.tell();
    return call.end();
  }

  @hubMethod() async async(plan: Plan): Promise<number> {
    const call = new Call(plan, this);
    for (const action of plan.script) await call.act(action);
    return call.end();
  }

  @hubMethod() async *count(plan: Plan): AsyncGenerator<{ step: number; number: number }> {
    const call = new Call(plan, this);
    let number = 0;
    for (const action of plan.script) {
      if (action === 'item') {
        call.write(`item ${number}`);
        yield { step: plan.step, number };
        number += 1;
      } else {
        await call.act(action);
      }
    }
    call.end();
  }

  @hubMethod({ streams: 1 }) async collect(plan: Plan, items: AsyncIterable<number>): Promise<number> {
    const call = new Call(plan, this);
    for await (const item of items) {
      call.write(`read ${item}`);
      for (const action of plan.script) await call.act(action);
    }
    return call.end();
  }
}

/** One run of a method. */
class Call {
  readonly #plan: Plan;
  readonly #hub: OrderHub;
  readonly #ledger: Ledger;
  #calls = 0;

  constructor(plan: Plan, hub: OrderHub) {
    this.#plan = plan;
    this.#hub = hub;
    this.#ledger = ledgerOf(hub.context.connectionId);
    this.write('started');
  }

  write(what: string): void {
    this.#ledger.write(this.#plan.step, what);
  }

  tell(): void {
    const { step, padding } = this.#plan;
    this.write(`tell ${this.#calls}`);
    void this.#hub.clients.caller.told(step, this.#calls, padding);
    this.#calls += 1;
  }

  async act(action: Step['script'][number]): Promise<void> {
    if (action === 'tell') this.tell();
    else if (action === 'ask') await this.#ask();
    else if (action === 'turn') await turn();
    else await Promise.resolve();
  }

  end(): number {
    this.write('completion');
    if (this.#plan.fails) throw new HubException(`Step ${this.#plan.step} fails.`);
    return this.#plan.step;
  }

  async #ask(): Promise<void> {
    const number = this.#calls;
    this.#calls += 1;
    this.write(`ask ${number}`);
    const answer = await this.#hub.clients.caller.invoke.asked(this.#plan.step, number);
    if (answer !== `${this.#plan.step} ${number}`) throw new Error(`The answer belongs to ${answer}.`);
  }
}
