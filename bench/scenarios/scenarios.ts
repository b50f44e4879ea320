import { callScenarios, fallbackScenarios } from './calls.ts';
import { connectScenarios } from './connect.ts';
import { fanOutScenarios } from './fan-out.ts';
import { latencyScenarios } from './latency.ts';
import { manyConnectionsScenarios } from './many-connections.ts';
import { memoryScenarios } from './memory.ts';
import { ownClientScenarios } from './own-client.ts';
import type { Scenario } from './scenario.ts';
import { streamScenarios } from './streams.ts';

/** Every table, in order. */
export const scenarios: readonly Scenario[] = [
  ...callScenarios,
  ...latencyScenarios,
  ...fanOutScenarios,
  ...streamScenarios,
  ...connectScenarios,
  ...memoryScenarios,
  ...manyConnectionsScenarios,
  ...fallbackScenarios,
  ...ownClientScenarios,
];
