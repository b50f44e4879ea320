/**
 * What `run` costs this process, which is attacker and server in one, in milliseconds of CPU: the least of three runs,
 * so that neither a collection nor what else the machine does counts.
 */
export async function cpuTime(run: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
