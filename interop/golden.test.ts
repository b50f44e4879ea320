import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startConformanceHost } from './src/conformance-host.ts';
import { readGolden, writeGolden } from './src/golden/golden-files.ts';
import { playScenario } from './src/golden/play-scenario.ts';
import { scenariosOf } from './src/golden/scenarios.ts';
import type { HostAvailability } from './src/host-availability.ts';
import type { ProtocolName } from './src/interop-client.ts';

const recording = process.env['RECORD_GOLDEN'] === '1';

/** Plays all scenarios of a protocol side by side, since two of them wait for the server's timers. */
async function playAll(url: string, protocol: ProtocolName) {
  return Promise.all(scenariosOf(protocol).map((scenario) => playScenario(url, protocol, scenario)));
}

describe('golden transcripts', () => {
  let availability: HostAvailability;
  beforeAll(async () => {
    availability = await startConformanceHost('aspnetcore');
  }, 180_000);
  afterAll(async () => {
    if (availability.kind === 'running') await availability.host[Symbol.asyncDispose]();
  });

  for (const protocol of ['json', 'messagepack'] as const) {
    it(`are what ASP.NET Core says in ${protocol}`, { timeout: 60_000 }, async (test) => {
      if (availability.kind === 'missing') return test.skip(availability.reason);
      const { host } = availability;
      if (!host.protocols.includes(protocol)) test.skip(`the server was built without ${protocol}`);
      const transcripts = await playAll(host.url, protocol);
      if (recording) await writeGolden({ recordedFrom: 'ASP.NET Core 10.0', protocol, transcripts });
      expect(transcripts).toEqual((await readGolden(protocol)).transcripts);
    });
  }
});
