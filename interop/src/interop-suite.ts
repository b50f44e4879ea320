import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { authorizationCases } from './cases/authorization.ts';
import { callerCases } from './cases/caller.ts';
import { clientResultCases } from './cases/client-results.ts';
import { clientMethodCases } from './cases/client-methods.ts';
import { errorCases } from './cases/errors.ts';
import { groupCases } from './cases/groups.ts';
import { lifecycleCases } from './cases/lifecycle.ts';
import { negotiateCases } from './cases/negotiate.ts';
import { resultCases } from './cases/results.ts';
import { streamCases } from './cases/streams.ts';
import { uploadCases } from './cases/uploads.ts';
import { volumeCases } from './cases/volume.ts';
import type { ConformanceHost, HostAvailability } from './host-availability.ts';
import type { InteropClient } from './interop-client.ts';
import type { InteropSkip } from './interop-skip.ts';
import { CaseContext, allCombinations, type Combination, type InteropCase } from './interop-case.ts';

const chapters = {
  results: resultCases,
  errors: errorCases,
  'client methods': clientMethodCases,
  streams: streamCases,
  uploads: uploadCases,
  'client results': clientResultCases,
  caller: callerCases,
  groups: groupCases,
  lifecycle: lifecycleCases,
  authorization: authorizationCases,
  negotiate: negotiateCases,
  volume: volumeCases,
} satisfies Readonly<Record<string, readonly InteropCase[]>>;

type Chapter = keyof typeof chapters;

const allCases = (Object.entries(chapters) as [Chapter, readonly InteropCase[]][]).flatMap(([chapter, cases]) =>
  cases.map((interopCase) => ({ chapter, title: `${chapter}: ${interopCase.name}`, interopCase })),
);

export interface InteropSuiteOptions {
  /** Starts the server; called once per suite. */
  readonly startHost: () => Promise<HostAvailability>;
  readonly client: InteropClient;
  /** @default every combination that the wire has */
  readonly combinations?: readonly Combination[];
  readonly skip?: readonly InteropSkip[];
  /** @default all of them */
  readonly chapters?: readonly Chapter[];
}

/** Declares the interop suite for one client against one server: every case on every combination. */
export function defineInteropSuite(options: InteropSuiteOptions): void {
  const { startHost, client, combinations = allCombinations, skip = [] } = options;
  const reasons = reasonsByCase(skip);
  const cases = allCases.filter(({ chapter }) => options.chapters?.includes(chapter) ?? true);

  describe(`by ${client.name}`, () => {
    let availability: HostAvailability | undefined;
    beforeAll(async () => {
      availability = await startHost();
      for (const reason of missing(availability, combinations)) console.warn(`Skipped: ${reason}`);
      for (const [title, reason] of reasons) console.warn(`Skipped: ${title}: ${reason}`);
    }, 180_000);
    afterAll(async () => {
      if (availability?.kind === 'running') await availability.host[Symbol.asyncDispose]();
    });

    it('skips only cases that exist', () => {
      const known = new Set(allCases.map(({ title }) => title));
      expect([...reasons.keys()].filter((title) => !known.has(title))).toEqual([]);
    });

    for (const combination of combinations) {
      describe(`over ${combination.transport} in ${combination.protocol}`, () => {
        for (const { chapter, title, interopCase } of cases) {
          if (interopCase.where?.(combination) === false) continue;
          it(`${chapter}: ${interopCase.name}`, async (test) => {
            expect.hasAssertions();
            const reason = reasons.get(title) ?? missing(availability, [combination])[0];
            if (reason !== undefined) test.skip(reason);
            await using context = new CaseContext(client, combination, running(availability).url);
            await interopCase.run(context);
          });
        }
      });
    }
  });
}

function reasonsByCase(skip: readonly InteropSkip[]): Map<string, string> {
  return new Map(skip.flatMap(({ reason, cases }) => cases.map((name) => [name, reason] as const)));
}

/** Why these combinations cannot run here, each reason once. */
function missing(availability: HostAvailability | undefined, combinations: readonly Combination[]): readonly string[] {
  if (availability?.kind === 'missing') return [availability.reason];
  const spoken = availability?.host.protocols ?? [];
  const protocols = new Set(combinations.map(({ protocol }) => protocol));
  return [...protocols].filter((name) => !spoken.includes(name)).map((name) => `the server was built without ${name}`);
}

function running(availability: HostAvailability | undefined): ConformanceHost {
  if (availability?.kind !== 'running') throw new Error('The server is not running.');
  return availability.host;
}
