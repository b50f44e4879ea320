import type { Logger } from '@hubwire/transports';
import { hubChannels } from '../observability/hub-channels.ts';
import type { ResolvedMemoryBudgetOptions } from './memory-budget-options.ts';

/** What a server can do for its memory. */
export interface MemoryRelief {
  /** Lets no new connections in, or lets them in again. */
  refuseConnections(isRefusing: boolean): void;
  /** Lets up to `count` connections go, those first that are missed least; returns how many. */
  shed(count: number): number;
}

/**
 * `open ──► shedding` above the high mark, and back below the low one: between the two nothing changes, so that one
 * connection more or less does not open and shut the door at every look.
 */
type BudgetState = 'open' | 'shedding';

/** Looks at the memory of the process from time to time, and sees to it that there is relief. */
export class MemoryBudget {
  readonly #options: ResolvedMemoryBudgetOptions;
  readonly #relief: MemoryRelief;
  readonly #logger: Logger;
  readonly #timer: ReturnType<typeof setInterval>;
  #state: BudgetState = 'open';

  constructor(options: ResolvedMemoryBudgetOptions, relief: MemoryRelief, logger: Logger) {
    this.#options = options;
    this.#relief = relief;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#look(), options.checkIntervalMs);
    this.#timer.unref();
  }

  /** `true` while no new connection is to be let in. */
  get isRefusing(): boolean {
    return this.#state === 'shedding';
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { highBytes, lowBytes, maximumShed, readBytes } = this.#options;
    const bytes = readBytes();
    if (this.#state === 'open' && bytes > highBytes) this.#move('shedding', bytes);
    else if (this.#state === 'shedding' && bytes < lowBytes) this.#move('open', bytes);
    if (bytes <= highBytes) return;
    const count = this.#relief.shed(maximumShed);
    this.#logger.log('warning', 'connectionsShed', { bytes, count });
  }

  #move(to: BudgetState, bytes: number): void {
    this.#state = to;
    this.#relief.refuseConnections(to === 'shedding');
    this.#logger.log('warning', to === 'shedding' ? 'memoryBudgetExceeded' : 'memoryBudgetKept', { bytes });
    const state = to === 'shedding' ? 'shedding' : 'recovered';
    if (hubChannels.memory.hasSubscribers) hubChannels.memory.publish({ state, bytes });
  }
}
