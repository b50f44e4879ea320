import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { comparable } from './src/golden/comparable.ts';
import { readGolden } from './src/golden/golden-files.ts';
import { playScenario } from './src/golden/play-scenario.ts';
import { scenariosOf } from './src/golden/scenarios.ts';
import type { ConformanceHost } from './src/host-availability.ts';

interface Difference {
  readonly reason: string;
  readonly scenarios: readonly (string | RegExp)[];
}

// Scenarios in which Hubwire does not say what ASP.NET Core says, and why.
const differences: readonly Difference[] = [
  {
    reason: 'an unknown message type is ignored, as the specification has it; SignalR reads nothing more',
    scenarios: [/^malformed: a message of an unknown type/],
  },
  {
    reason: 'a cancelled call ends at once; ASP.NET Core 10 ignores the cancellation',
    scenarios: ['call: cancelled while it runs'],
  },
  {
    reason: 'an unknown method is named as such; SignalR reports that its arguments cannot be bound',
    scenarios: ['call: of an unknown method', 'call: of a method that is not exposed', 'stream: of an unknown method'],
  },
  {
    reason: 'a method that returns nothing completes without a result; SignalR gives null',
    scenarios: ['call: no result', 'call: that calls the client first'],
  },
  {
    reason: 'protocol names are compared exactly',
    scenarios: ['handshake: accepted whatever the case of the name'],
  },
  {
    reason: 'a handshake that is too large is refused at once; SignalR waits for its timeout',
    scenarios: ['handshake: larger than a message may be'],
  },
  {
    reason: 'a client that breaks the protocol is not asked to reconnect; SignalR sets allowReconnect',
    scenarios: [/^malformed: (?!a message of an unknown type)/],
  },
  {
    reason: 'what a client answers is not checked, as types do not exist at run time',
    scenarios: [
      'client result: the client answers a result of another type',
      'client result: the client answers nothing',
    ],
  },
  {
    reason: 'refused by a schema before the call, where the reference server throws in the method',
    scenarios: ['call: whose argument is refused'],
  },
];

function reasonFor(name: string): string | undefined {
  const covers = (pattern: string | RegExp): boolean =>
    typeof pattern === 'string' ? pattern === name : pattern.test(name);
  return differences.find(({ scenarios }) => scenarios.some(covers))?.reason;
}

describe('Hubwire beside the golden transcripts', () => {
  let host: ConformanceHost;
  beforeAll(async () => {
    for (const { reason, scenarios } of differences) console.warn(`Differs: ${scenarios.join(', ')}: ${reason}`);
    const availability = await startConformanceHost('hubwire');
    if (availability.kind === 'missing') throw new Error(availability.reason);
    host = availability.host;
  });
  afterAll(() => host[Symbol.asyncDispose]());

  for (const protocol of ['json', 'messagepack'] as const) {
    describe.concurrent(`in ${protocol}`, () => {
      for (const scenario of scenariosOf(protocol)) {
        it(`says the same to ${scenario.name}`, async (test) => {
          const reason = reasonFor(scenario.name);
          if (reason !== undefined) test.skip(reason);
          const golden = (await readGolden(protocol)).transcripts.find(({ name }) => name === scenario.name);
          const transcript = await playScenario(host.url, protocol, scenario);
          expect(comparable(transcript)).toEqual(golden && comparable(golden));
        });
      }
    });
  }
});
