import { EventEmitter, once } from 'node:events';
import { HubException } from '@hubwire/hub-server';
import type { PollResults } from './poll-client.ts';

export interface PollOptions {
  readonly question: string;
  readonly answers: readonly string[];
  /** Until it closes. */
  readonly seconds: number;
}

/** One question, and what everybody thinks of it. */
export class Poll {
  readonly #question: string;
  readonly #answers: readonly string[];
  readonly #votes = new Map<string, number>();
  readonly #clock = new EventEmitter().setMaxListeners(0);
  #secondsLeft: number;

  constructor({ question, answers, seconds }: PollOptions) {
    this.#question = question;
    this.#answers = answers;
    this.#secondsLeft = seconds;
  }

  get results(): PollResults {
    const votes = [...this.#votes.values()];
    const answers = this.#answers.map((text, index) => ({
      text,
      votes: votes.filter((vote) => vote === index).length,
    }));
    return { question: this.#question, answers, total: votes.length };
  }

  /**
   * Whoever votes again has changed their mind.
   *
   * @throws HubException with what is wrong, in words for the voter
   */
  vote(voter: unknown, answer: unknown): void {
    if (typeof voter !== 'string' || voter.length < 16 || voter.length > 64) throw new HubException('Who are you?');
    if (typeof answer !== 'number' || !(answer in this.#answers)) throw new HubException('There is no such answer.');
    if (this.#secondsLeft === 0) throw new HubException('The poll is closed.');
    this.#votes.set(voter, answer);
  }

  /** The answer that a voter has given, if the poll knows of one. */
  choiceOf(voter: string): number | null {
    return this.#votes.get(voter) ?? null;
  }

  /** A second has passed. */
  tick(): void {
    if (this.#secondsLeft === 0) return;
    this.#secondsLeft -= 1;
    this.#clock.emit('tick');
  }

  /** The seconds that are left, now and whenever one has passed; ends when the poll is closed. */
  async *countdown(signal: AbortSignal): AsyncGenerator<number> {
    for (let left = this.#secondsLeft; left > 0; left = this.#secondsLeft) {
      yield left;
      // A reader who was slow gets the seconds that are left now, not those that were.
      if (left === this.#secondsLeft) await once(this.#clock, 'tick', { signal });
    }
  }
}
