import { join } from 'node:path';
import type { ProfileKind } from '../contenders/profiler.ts';
import { referenceName } from '../contenders/contenders.ts';
import type { Contender, LinkKind } from '../contenders/contender.ts';
import type { Sample } from '../load/meter.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { LoadHandle } from './load-handle.ts';
import type { Pinning } from './pinning.ts';
import { summarize, type MeasuredRow, type ScenarioResult } from './results.ts';
import { ServerHandle } from './server-handle.ts';
import { watchStolenTime } from './stolen-time.ts';

const checkEvery = 61;
/** A round in which the machine lost more of its time is measured again, so often at most; the least disturbed counts. */
const mostStolen = 0.05;
const mostAttempts = 3;

export interface RunSettings {
  readonly rounds: number;
  readonly seconds: number;
  readonly pinning: Pinning | undefined;
  /** More options for the servers of Hubwire. */
  readonly hubwireOptions: object;
  /** Which profiles of the servers are taken, and the folder that they go to, one for each row. */
  readonly profiles: { readonly kind: ProfileKind; readonly folder: string } | undefined;
  readonly onProgress: (text: string) => void;
}

/** A contender in a scenario, over one kind of link. */
export interface Row {
  readonly contender: Contender;
  readonly link: LinkKind;
  readonly samples: Sample[];
  /** How many rounds were measured again. */
  repeated: number;
  pair: Pair | undefined;
}

/** Server and load generator of one row. */
export interface Pair {
  readonly server: ServerHandle;
  readonly load: LoadHandle;
}

/**
 * Measures every row once in each round, one after the other and in turned order: what disturbs a round disturbs all. The
 * processes stay between the rounds, warm and idle, unless the scenario wants them fresh.
 */
export async function runScenario(
  scenario: Scenario,
  contenders: readonly Contender[],
  settings: RunSettings,
): Promise<ScenarioResult> {
  const rounds = Math.min(settings.rounds, scenario.maximumRounds ?? settings.rounds);
  const failures: { contender: string; reason: string }[] = [];
  let rows = rowsOf(scenario, contenders);
  const attempt = async (row: Row, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push({ contender: row.contender.name, reason: String(error) });
      settings.onProgress(`  ${row.contender.name} (${row.link}) is left out: ${String(error)}\n`);
      rows = rows.filter((other) => other !== row);
      await stop(row);
    }
  };
  try {
    if (scenario.isFreshEachRound !== true) {
      for (const row of rows) await attempt(row, () => start(scenario, row, settings));
    }
    for (let round = 0; round < rounds; round += 1) {
      settings.onProgress(`  round ${round + 1} of ${rounds}\r`);
      const order = round % 2 === 0 ? [...rows] : rows.toReversed();
      for (const row of order) await attempt(row, () => measure(scenario, row, settings));
    }
  } finally {
    await Promise.all(rows.map(stop));
  }
  return summarize(scenario, rows.map(toMeasured), failures);
}

/** The rows of a scenario: each contender that can do it, over each kind of link that both have. */
export function rowsOf(scenario: Scenario, contenders: readonly Contender[]): Row[] {
  return contenders
    .filter(({ capabilities }) => capabilities.includes(scenario.needs))
    .flatMap((contender) =>
      scenario.links
        .filter((link) => contender.links.includes(link) && takesPart(scenario, contender, link))
        .map((link) => ({ contender, link, samples: [], repeated: 0, pair: undefined })),
    );
}

function toMeasured({ contender, link, samples, repeated }: Row): MeasuredRow {
  return { contender: contender.name, link, samples, repeated };
}

function takesPart({ isFallback }: Scenario, { name }: Contender, link: LinkKind): boolean {
  return isFallback !== true || (link === 'WebSockets') === (name === referenceName);
}

async function start(scenario: Scenario, row: Row, settings: RunSettings): Promise<void> {
  const { contender, link } = row;
  const { pinning } = settings;
  const options = contender.server === 'hubwire' ? settings.hubwireOptions : {};
  const server = await ServerHandle.start(contender, options, pinning?.serverCore);
  const load = new LoadHandle(server, pinning?.generatorCore);
  row.pair = { server, load };
  const { port, pid: serverPid } = server;
  await load.open({
    scenario: scenario.name,
    contender: contender.name,
    link,
    port,
    serverPid,
    checkEvery,
  });
  // The compiler has met everything before the first round; memory is measured from a start of its own.
  if (scenario.isFreshEachRound !== true) await load.measure(settings.seconds);
}

async function measure(scenario: Scenario, row: Row, settings: RunSettings): Promise<void> {
  if (scenario.isFreshEachRound === true) await start(scenario, row, settings);
  const { server, load } = row.pair!;
  const profile = profileOf(scenario, row, settings);
  if (profile !== undefined) await server.startProfile(profile.kind);
  // What is measured from a fresh start is memory, which stolen time does not change.
  const attempts = profile === undefined && scenario.isFreshEachRound !== true ? mostAttempts : 1;
  const { sample, repeated } = await measureUndisturbed(() => load.measure(settings.seconds), attempts);
  row.samples.push(sample);
  row.repeated += repeated;
  if (profile !== undefined) await server.stopProfile(profile.file);
  if (scenario.isFreshEachRound === true) await stop(row);
}

async function measureUndisturbed(
  measureOnce: () => Promise<Sample>,
  attempts: number,
): Promise<{ readonly sample: Sample; readonly repeated: number }> {
  let best: { readonly sample: Sample; readonly stolen: number } | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const stolenSince = watchStolenTime();
    const sample = await measureOnce();
    const stolen = stolenSince();
    if (best === undefined || stolen < best.stolen) best = { sample, stolen };
    if (best.stolen <= mostStolen || attempt >= attempts) return { sample: best.sample, repeated: attempt - 1 };
  }
}

/** The last round is profiled, where that is asked for: its figures are not the server's usual ones. */
function profileOf(
  scenario: Scenario,
  { contender, link, samples }: Row,
  { profiles, rounds }: RunSettings,
): { readonly kind: ProfileKind; readonly file: string } | undefined {
  const isLast = samples.length === Math.min(rounds, scenario.maximumRounds ?? rounds) - 1;
  if (profiles === undefined || !isLast || contender.server === 'aspnetcore') return undefined;
  const { kind, folder } = profiles;
  const name = `${scenario.name}-${contender.name}-${link}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return { kind, file: join(folder, `${name}.${kind}profile`) };
}

async function stop(row: Row): Promise<void> {
  const { pair } = row;
  row.pair = undefined;
  await pair?.load[Symbol.asyncDispose]();
  await pair?.server[Symbol.asyncDispose]();
}
