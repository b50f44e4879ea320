/** Cases that are left out, and why; the reason is printed with each. */
export interface InteropSkip {
  readonly reason: string;
  /** Names of cases, as `chapter: name`. */
  readonly cases: readonly string[];
}
