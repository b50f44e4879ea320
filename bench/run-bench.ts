import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildAspNetCoreServer } from './contenders/aspnetcore/build.ts';
import type { Contender } from './contenders/contender.ts';
import { contenders, referenceName } from './contenders/contenders.ts';
import { chosen, parseCommand, usage, type BenchCommand } from './driver/command-line.ts';
import { describeEnvironment } from './driver/environment.ts';
import { choosePinning } from './driver/pinning.ts';
import { listProfiles } from './driver/profile.ts';
import { resultsFolder, saveReport, writeDocs } from './driver/report.ts';
import type { ScenarioResult } from './driver/results.ts';
import { runScenario } from './driver/run-scenario.ts';
import { cellsOf, growthCells, toText } from './driver/table.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

const profiles = join(resultsFolder, 'profiles');

const command = parseCommand(process.argv.slice(2));
if (command === 'help') print(usage);
else if (command.onlyDocs) print(`written to ${writeDocs()}`);
else await run(command);

async function run(command: BenchCommand): Promise<void> {
  const pinning = choosePinning();
  const rows = choose(command);
  const environment = describeEnvironment(rows, pinning);
  print(`${environment.processor}, Node.js ${environment.node}; ${environment.pinning}.\n`);
  const { profileKind } = command;
  if (profileKind !== undefined) {
    rmSync(profiles, { recursive: true, force: true });
    mkdirSync(profiles, { recursive: true });
  }

  const tables: ScenarioResult[] = [];
  for (const scenario of scenariosOf(command)) {
    print(`${scenario.title}: ${scenario.about}`);
    const onProgress = (text: string): void => void process.stdout.write(text);
    const { rounds, seconds, hubwireOptions } = command;
    const table = await runScenario(scenario, rows, {
      rounds,
      seconds,
      pinning,
      hubwireOptions,
      profiles: profileKind && { kind: profileKind, folder: profiles },
      onProgress,
    });
    tables.push(table);
    print(`${toText(cellsOf(table))}\n`);
  }
  const { rounds, seconds, hubwireOptions } = command;
  if (profileKind !== undefined) print(listProfiles(profiles));
  const growth = growthCells(tables);
  if (growth !== undefined) print(`Server time of a call as connections grow\n${toText(growth)}\n`);
  if (!command.isSaved) return;
  const isWhole = tables.length === scenarios.length && rows.length === contenders.length;
  print(`written to ${saveReport({ environment, rounds, seconds, hubwireOptions, isWhole, tables })}`);
}

/** A quick run is the few tables that tell most, unless it was told which. */
function scenariosOf({ scenarios: parts, isQuick }: BenchCommand): readonly Scenario[] {
  return isQuick && parts.length === 0 ? scenarios.filter(({ isInQuick }) => isInQuick) : chosen(scenarios, parts);
}

/** The reference takes part in everything, for the ratios. */
function choose({ contenders: parts }: BenchCommand): readonly Contender[] {
  const wanted = new Set(chosen(contenders, parts).map(({ name }) => name)).add(referenceName);
  const rows = contenders.filter(({ name }) => wanted.has(name));
  if (!rows.some(({ server }) => server === 'aspnetcore')) return rows;
  const reason = buildAspNetCoreServer();
  if (reason === undefined) return rows;
  print(`ASP.NET Core is left out: ${reason}.`);
  return rows.filter(({ server }) => server !== 'aspnetcore');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
