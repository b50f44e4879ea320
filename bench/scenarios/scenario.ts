import type { Capability, Contender, LinkKind } from '../contenders/contender.ts';
import type { MetricName, Sample } from '../load/meter.ts';

/** One table. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** One sentence on what is done. */
  readonly about: string;
  readonly needs: Capability;
  /** What the rows travel over; several make several rows of one contender. */
  readonly links: readonly LinkKind[];
  /** Compares the links that are not WebSockets with the reference, which has nothing else. */
  readonly isFallback?: boolean;
  /** The columns; the first is what ratios and the chart are made of. */
  readonly metrics: readonly MetricName[];
  /** What one operation is, in the plural. */
  readonly operations: string;
  /** Whether a quick run has it. */
  readonly isInQuick?: boolean;
  /** Starts server and load generator anew for every round, where a round leaves traces. */
  readonly isFreshEachRound?: boolean;
  /** For what takes long and hardly varies. */
  readonly maximumRounds?: number;
  open(context: WorkloadContext): Promise<Workload>;
}

/** What a scenario does with one contender, connected and ready. */
export interface Workload {
  measure(seconds: number): Promise<Sample>;
  close(): Promise<void>;
}

export interface WorkloadContext {
  readonly contender: Contender;
  readonly link: LinkKind;
  readonly port: number;
  readonly serverPid: number;
  /** Of so many answers one is compared with what it has to be. */
  readonly checkEvery: number;
  /** The share of the connections that is opened, for tests of the whole; 1 otherwise. */
  readonly scale: number;
  readonly serverMemory: () => Promise<{ readonly rssBytes: number; readonly heapBytes: number }>;
}
