import type { Clock } from './clock.ts';

/** What can be told to hold its peer back. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * After so long a reader that takes nothing counts as stuck: the server would soon take this client for dead, and what
 * the reader waits for may itself still have to arrive.
 */
const longestHoldMs = 5_000;

type State =
  | { readonly name: 'flowing' }
  | { readonly name: 'held'; readonly source: Pausable; readonly cancelTimer: () => void };

/**
 * Holds the server back while the buffer of a stream is full. Everything on a connection comes in one order, so that
 * this holds back all of it: never while something is awaited that only reading on can bring, and never for long.
 */
export class ReadingGate {
  readonly #clock: Clock;
  readonly #full = new Set<object>();
  readonly #stuck = new WeakSet<object>();
  #moving = new WeakSet<object>();
  #source: Pausable | undefined;
  #awaited = 0;
  #state: State = { name: 'flowing' };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds back what comes from here; nothing of an earlier source is held any more. */
  connect(source: Pausable | undefined): void {
    this.#flow();
    this.#full.clear();
    this.#source = source;
  }

  /** The buffer of a stream is full. */
  hold(stream: object): void {
    if (!this.#stuck.has(stream)) this.#full.add(stream);
    this.#update();
  }

  /** An item was taken: the reader is slow, not stuck. */
  taken(stream: object): void {
    this.#moving.add(stream);
  }

  /** The stream has room again, or needs none. */
  release(stream: object): void {
    this.#stuck.delete(stream);
    this.#full.delete(stream);
    this.#update();
  }

  /** Something is awaited that has to be read first; returns what ends that. */
  beginWait(): () => void {
    this.#awaited += 1;
    this.#update();
    return () => {
      this.#awaited -= 1;
      this.#update();
    };
  }

  #update(): void {
    const shouldHold = this.#full.size > 0 && this.#awaited === 0;
    if (!shouldHold) this.#flow();
    else if (this.#state.name === 'flowing' && this.#source !== undefined) this.#hold(this.#source);
  }

  #hold(source: Pausable): void {
    const cancelTimer = this.#clock.schedule(() => this.#releaseStuck(), longestHoldMs);
    this.#state = { name: 'held', source, cancelTimer };
    source.pause();
  }

  #flow(): void {
    if (this.#state.name === 'flowing') return;
    const { source, cancelTimer } = this.#state;
    this.#state = { name: 'flowing' };
    cancelTimer();
    source.resume();
  }

  #releaseStuck(): void {
    this.#flow();
    for (const stream of [...this.#full].filter((stream) => !this.#moving.has(stream))) {
      this.#full.delete(stream);
      this.#stuck.add(stream);
    }
    this.#moving = new WeakSet();
    this.#update();
  }
}
