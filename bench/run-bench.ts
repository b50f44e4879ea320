import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildAspNetCoreServer } from './contenders/aspnetcore/build.ts';
import type { Contender } from './contenders/contender.ts';
import { contenders, referenceName } from './contenders/contenders.ts';
import { chosen, parseCommand, usage, type BenchCommand } from './driver/command-line.ts';
import { describeEnvironment } from './driver/environment.ts';
import { choosePinning } from './driver/pinning.ts';
import { listProfile } from './driver/profile.ts';
import type { ScenarioResult } from './driver/results.ts';
import { runScenario } from './driver/run-scenario.ts';
import { cellsOf, toText } from './driver/table.ts';
import { scenarios } from './scenarios/scenarios.ts';

const results = new URL('../results/', import.meta.url);
const profiles = new URL('profiles/', results);

const command = parseCommand(process.argv.slice(2));
if (command === 'help') print(usage);
else await run(command);

async function run(command: BenchCommand): Promise<void> {
  const pinning = choosePinning();
  const rows = choose(command);
  const environment = describeEnvironment(rows, pinning);
  print(`${environment.processor}, Node.js ${environment.node}; ${environment.pinning}.\n`);
  if (command.isProfiled) mkdirSync(profiles, { recursive: true });

  const tables: ScenarioResult[] = [];
  for (const scenario of chosen(scenarios, command.scenarios)) {
    print(`${scenario.title}: ${scenario.about}`);
    const profileFolder = command.isProfiled ? fileURLToPath(profiles) : undefined;
    const onProgress = (text: string): void => void process.stdout.write(text);
    const { rounds, seconds, hubwireOptions } = command;
    const table = await runScenario(scenario, rows, {
      rounds,
      seconds,
      pinning,
      hubwireOptions,
      profileFolder,
      onProgress,
    });
    tables.push(table);
    print(`${toText(cellsOf(table))}\n`);
  }
  const { rounds, seconds, hubwireOptions } = command;
  if (command.isProfiled) print(listProfile(fileURLToPath(profiles)));
  if (command.isSaved) save({ environment, rounds, seconds, hubwireOptions, tables });
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

function save(report: object): void {
  mkdirSync(results, { recursive: true });
  const file = fileURLToPath(new URL(`bench-${new Date().toISOString().slice(0, 10)}.json`, results));
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`written to ${file}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
