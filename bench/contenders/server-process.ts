import { createInterface } from 'node:readline';
import type { ServerName } from './contender.ts';
import { startProfile, type ProfileKind } from './profiler.ts';
import { servers } from './servers.ts';

/**
 * The process of one server: `node server-process.js NAME OPTIONS`. It tells its port on its output and takes commands on
 * its input, a line each, and ends with its input.
 */
const [name, options] = process.argv.slice(2);
const { start } = await servers[name as Exclude<ServerName, 'aspnetcore'>]();
const { port } = await start(JSON.parse(options ?? '{}') as Record<string, unknown>);
tell({ port });

let stopProfile: ((file: string) => Promise<void>) | undefined;
const commands = createInterface({ input: process.stdin });
commands.on('line', (line) => void obey(line));
commands.once('close', () => process.exit());

async function obey(line: string): Promise<void> {
  const [command, argument] = line.split(' ', 2);
  if (command === 'memory') tell(measureMemory());
  if (command === 'profile-start') {
    stopProfile = await startProfile(argument as ProfileKind);
    tell({});
  }
  if (command === 'profile-stop') {
    await stopProfile?.(argument!);
    tell({});
  }
}

function measureMemory(): object {
  // Once for what is garbage, once more for what its finalizers let go.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed };
}

function tell(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
