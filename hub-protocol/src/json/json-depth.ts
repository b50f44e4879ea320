/**
 * A cheap look at the text: `false` when no value in it can lie deeper than `maximumDepth`. It counts opening brackets,
 * those inside strings too, and needs two characters for every level.
 */
export function mayExceedDepth(json: string, maximumDepth: number): boolean {
  if (json.length <= maximumDepth * 2) return false;
  let openings = 0;
  for (const bracket of ['[', '{']) {
    for (let index = json.indexOf(bracket); index !== -1; index = json.indexOf(bracket, index + 1)) {
      if (++openings > maximumDepth) return true;
    }
  }
  return false;
}

/** Whether more than `maximumDepth` arrays and objects lie within one another in `value`. */
export function exceedsDepth(value: unknown, maximumDepth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (maximumDepth === 0) return true;
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    if (exceedsDepth(member, maximumDepth - 1)) return true;
  }
  return false;
}
