import { HubProtocolError } from './errors.ts';

/** What every encoding limits while it reads, so that a message cannot cost more than its size suggests. */
export interface HubProtocolLimits {
  /**
   * How many arrays and objects may lie within one another in an argument, an item or a result; at most 1,000.
   * @default 64
   */
  readonly maximumDepth?: number;
  /**
   * Longest target, invocation id or stream id, in UTF-16 code units.
   * @default 1024
   */
  readonly maximumNameLength?: number;
}

export const hubProtocolLimitDefaults = {
  maximumDepth: 64,
  maximumNameLength: 1024,
} as const satisfies Required<HubProtocolLimits>;

/** Values are walked by recursion: this many levels fit into every engine's stack. */
const largestDepth = 1000;

/** Fills in the defaults; throws `PROTOCOL_INVALID_OPTION` for a limit that is not a positive whole number. */
export function resolveHubProtocolLimits(limits: HubProtocolLimits = {}): Required<HubProtocolLimits> {
  const resolved = { ...hubProtocolLimitDefaults, ...limits };
  requireLimit('maximumDepth', resolved.maximumDepth, largestDepth);
  requireLimit('maximumNameLength', resolved.maximumNameLength);
  return Object.freeze(resolved);
}

/** Throws `PROTOCOL_INVALID_OPTION` unless `value` is a whole number from 1 to `largest`. */
export function requireLimit(name: string, value: number, largest = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= 1 && value <= largest) return;
  throw new HubProtocolError('PROTOCOL_INVALID_OPTION', `${name} must be a whole number from 1 to ${largest}.`);
}
