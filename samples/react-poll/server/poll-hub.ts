import { Hub, hubMethod } from '@hubwire/hub-server';
import type { Poll } from './poll.ts';
import type { PollClient } from './poll-client.ts';

/** A poll whose results everybody sees as they come in. */
export class PollHub extends Hub<PollClient> {
  readonly #poll: Poll;

  constructor(poll: Poll) {
    super();
    this.#poll = poll;
  }

  override async onConnected(): Promise<void> {
    await this.clients.caller.resultsChanged(this.#poll.results);
  }

  /** `voter` is the caller's secret: whoever comes back with it has the same vote. */
  @hubMethod()
  async vote(voter: string, answer: number): Promise<void> {
    this.#poll.vote(voter, answer);
    await this.clients.all.resultsChanged(this.#poll.results);
  }

  @hubMethod()
  choice(voter: string): number | null {
    return this.#poll.choiceOf(voter);
  }

  /** Streams the seconds that are left until the poll closes. */
  @hubMethod()
  countdown(signal: AbortSignal): AsyncIterable<number> {
    return this.#poll.countdown(signal);
  }
}
