import { readProcessCpuMicros } from './process-cpu.ts';

/** What one round of one row found. Metrics and loads are of the measured window alone. */
export interface Sample {
  readonly metrics: Readonly<Partial<Record<MetricName, number>>>;
  /** Shares of a core: what the server and the load generator used of the time. */
  readonly serverLoad: number;
  readonly generatorLoad: number;
  /** Answers and deliveries whose content was compared, of all that came: those before and after the window too. */
  readonly checked: number;
  readonly counted: number;
}

export type MetricName =
  | 'perSecond'
  | 'serverMicros'
  | 'clientMicros'
  | 'p50Micros'
  | 'p99Micros'
  | 'rssAt5000'
  | 'heapAt5000'
  | 'rssAt10000'
  | 'heapAt10000';

/** Time and CPU time between two moments, of the server and of this process. */
export class Meter {
  readonly #serverPid: number;
  #start = { seconds: 0, serverMicros: 0, ownMicros: 0 };

  constructor(serverPid: number) {
    this.#serverPid = serverPid;
  }

  start(): void {
    this.#start = this.#read();
  }

  stop(): { readonly seconds: number; readonly serverMicros: number; readonly ownMicros: number } {
    const end = this.#read();
    return {
      seconds: end.seconds - this.#start.seconds,
      serverMicros: end.serverMicros - this.#start.serverMicros,
      ownMicros: end.ownMicros - this.#start.ownMicros,
    };
  }

  #read(): { seconds: number; serverMicros: number; ownMicros: number } {
    const { user, system } = process.cpuUsage();
    return {
      seconds: performance.now() / 1e3,
      serverMicros: readProcessCpuMicros(this.#serverPid),
      ownMicros: user + system,
    };
  }
}
