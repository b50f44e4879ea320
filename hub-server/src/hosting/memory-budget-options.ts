import { HubServerError } from '../errors.ts';

/** How much memory the process may hold before a server lets go of connections. Sizes are in bytes. */
export interface MemoryBudgetOptions {
  /** Above it no new connection is let in, and some of the others are let go. */
  readonly highBytes: number;
  /** Below it everything is as before. @default nine tenths of `highBytes` */
  readonly lowBytes?: number;
  /** How often the memory is looked at, in milliseconds. @default 1000 */
  readonly checkIntervalMs?: number;
  /** How many connections are let go at one look. @default 100 */
  readonly maximumShed?: number;
  /** What the process holds. @default its resident set */
  readonly readBytes?: () => number;
}

export type ResolvedMemoryBudgetOptions = Readonly<Required<MemoryBudgetOptions>>;

export const memoryBudgetDefaults = {
  checkIntervalMs: 1_000,
  maximumShed: 100,
  readBytes: () => process.memoryUsage.rss(),
} as const satisfies Omit<MemoryBudgetOptions, 'highBytes'>;

const lowShare = 0.9;

/** Fills in the defaults; throws `HUB_INVALID_OPTION` naming the option. */
export function resolveMemoryBudget(options: MemoryBudgetOptions): ResolvedMemoryBudgetOptions {
  if (typeof options !== 'object' || options === null) throw invalid('must be an object');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { highBytes } = options;
  const resolved = { lowBytes: highBytes * lowShare, ...memoryBudgetDefaults, ...given, highBytes };
  for (const name of ['highBytes', 'lowBytes', 'checkIntervalMs', 'maximumShed'] as const) {
    const value: unknown = resolved[name];
    if (typeof value === 'number' && value > 0 && value < Infinity) continue;
    throw invalid(`.${name} must be a number greater than zero`);
  }
  if (resolved.lowBytes > highBytes) throw invalid('.lowBytes must not be above highBytes');
  if (typeof resolved.readBytes !== 'function') throw invalid('.readBytes must be a function');
  return Object.freeze(resolved);
}

function invalid(detail: string): HubServerError {
  return new HubServerError('HUB_INVALID_OPTION', `memoryBudget${detail.startsWith('.') ? '' : ' '}${detail}.`);
}
