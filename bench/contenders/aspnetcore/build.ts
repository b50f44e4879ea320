import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../../contenders/aspnetcore/', import.meta.url));
const program = `${project}bin/Release/net10.0/bench-server.dll`;

/** Builds the ASP.NET Core server where its sources are newer; the reason why not where there is no `dotnet`. */
export function buildAspNetCoreServer(): string | undefined {
  const { status } = spawnSync('dotnet', ['--version'], { cwd: project });
  if (status !== 0) return 'there is no dotnet command';
  if (isBuilt()) return undefined;
  const build = spawnSync('dotnet', ['build', '-c', 'Release', '-v', 'quiet', '-nologo'], {
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
  return sources.every((name) => statSync(project + name).mtimeMs <= mtimeMs);
}
