import { execFile } from 'node:child_process';

/** Runs a command and gives its output; one that fails rejects with all that it wrote. */
export function runToEnd(command: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} failed.\n${stdout}${stderr}`, { cause: error }));
    });
  });
}
