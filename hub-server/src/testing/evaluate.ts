/** Runs source as it stands, so that no compiler and no formatter has touched what is tested. */
export function evaluate(source: string, scope: Readonly<Record<string, unknown>> = {}): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- the source is the test's own
  const run = new Function(...Object.keys(scope), source) as (...values: unknown[]) => unknown;
  return run(...Object.values(scope));
}
