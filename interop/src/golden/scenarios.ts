import { callScenarios } from './scenarios/calls.ts';
import { handshakeScenarios } from './scenarios/handshake.ts';
import { malformedScenarios } from './scenarios/malformed.ts';
import { streamScenarios } from './scenarios/streams.ts';
import type { ProtocolName } from '../interop-client.ts';
import type { Scenario } from './scenario.ts';

const all: readonly Scenario[] = [...handshakeScenarios, ...callScenarios, ...streamScenarios, ...malformedScenarios];

/** The scenarios of one protocol, in the order of the golden files. */
export function scenariosOf(protocol: ProtocolName): readonly Scenario[] {
  return all.filter((scenario) => (scenario.protocol ?? protocol) === protocol);
}
