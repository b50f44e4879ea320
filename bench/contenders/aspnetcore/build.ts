import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

// The sources stay where they are when this file is compiled.
const project = import.meta.dirname.replace(/dist.(?=contenders.aspnetcore$)/, '');
const program = join(project, 'bin', 'Release', 'net10.0', 'bench-server.dll');

// The compiler would otherwise stay in the background for the next build.
const leaveNothing = ['-nodeReuse:false', '-p:UseSharedCompilation=false'];
const buildArguments = ['build', '-c', 'Release', '-v', 'quiet', '-nologo', ...leaveNothing];

/** Builds the ASP.NET Core server where its sources are newer; the reason why not where there is no `dotnet`. */
export function buildAspNetCoreServer(): string | undefined {
  const { status } = spawnSync('dotnet', ['--version'], { cwd: project });
  if (status !== 0) return 'there is no dotnet command';
  if (isBuilt()) return undefined;
  const build = spawnSync('dotnet', buildArguments, {
    cwd: project,
    encoding: 'utf8',
  });
  return build.status === 0 ? undefined : `it could not be built: ${build.stdout}`;
}

/** What runs the server. */
export function aspNetCoreCommand(): readonly string[] {
  return ['dotnet', program];
}

function isBuilt(): boolean {
  if (!existsSync(program)) return false;
  const { mtimeMs } = statSync(program);
  const sources = readdirSync(project).filter((name) => /\.(cs|csproj)$/.test(name));
  return sources.every((name) => statSync(join(project, name)).mtimeMs <= mtimeMs);
}
