import { callScenarios } from './calls.ts';
import { fanOutScenarios } from './fan-out.ts';
import { latencyScenarios } from './latency.ts';
import type { Scenario } from './scenario.ts';

/** Every table, in order. */
export const scenarios: readonly Scenario[] = [...callScenarios, ...latencyScenarios, ...fanOutScenarios];
