import { isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { comparable } from './src/golden/comparable.ts';
import { differenceOf } from './src/golden/differences.ts';
import { readGolden } from './src/golden/golden-files.ts';
import { playScenario } from './src/golden/play-scenario.ts';
import { scenariosOf } from './src/golden/scenarios.ts';
import type { ConformanceHost } from './src/host-availability.ts';

describe('Hubwire beside the golden transcripts', () => {
  let host: ConformanceHost;
  beforeAll(async () => {
    const availability = await startConformanceHost('hubwire');
    if (availability.kind === 'missing') throw new Error(availability.reason);
    host = availability.host;
  });
  afterAll(() => host[Symbol.asyncDispose]());

  for (const protocol of ['json', 'messagepack'] as const) {
    // Side by side, as two scenarios wait for the server's timers.
    describe.concurrent(`in ${protocol}`, () => {
      for (const scenario of scenariosOf(protocol)) {
        const difference = differenceOf(scenario.name);
        const title = difference === undefined ? 'says the same to' : 'says on purpose something else to';
        it(`${title} ${scenario.name}`, async () => {
          const golden = (await readGolden(protocol)).transcripts.find(({ name }) => name === scenario.name);
          if (golden === undefined) throw new Error('This scenario was not recorded.');
          const said = comparable(await playScenario(host.url, protocol, scenario));
          const expected = comparable(golden);
          expect(said, difference?.reason).toEqual(difference?.says(expected) ?? expected);
          // A difference that is none any more does not stay in the list.
          expect(isDeepStrictEqual(said, expected)).toBe(difference === undefined);
        });
      }
    });
  }
});
