import { HubException, HubServerError } from '../errors.ts';
import type { HubFilter, HubInvocationContext } from './hub-filter.ts';
import { TokenBucket } from './token-bucket.ts';

/** How often something may happen. */
export interface RateLimit {
  /** Calls per second in the long run. */
  readonly perSecond: number;
  /** Calls at once, after a pause. @default `perSecond`, at least 1 */
  readonly burst?: number;
}

export interface RateLimitOptions {
  /** Limits the calls of each connection, those of unknown methods included. @default none */
  readonly perConnection?: RateLimit;
  /** Limits the calls of each user over all of its connections to this process. @default none */
  readonly perUser?: RateLimit;
  /** Limits the calls of single methods, by their names as declared, for each connection. @default none */
  readonly perMethod?: Readonly<Record<string, RateLimit>>;
  /** How many buckets of users and connections are kept; beyond it, those at rest are forgotten first, then the oldest. @default 100000 */
  readonly maximumBuckets?: number;
  /** What a refused caller is told, as a `HubException`. @default 'Too many calls, try again later.' */
  readonly message?: string;
  /** The time in milliseconds. @default the process's monotonic clock */
  readonly now?: () => number;
}

export const rateLimitDefaults = {
  maximumBuckets: 100_000,
  message: 'Too many calls, try again later.',
  now: () => performance.now(),
} as const satisfies RateLimitOptions;

/**
 * A filter that refuses calls above a rate, before anything is done for them. Each limit is a bucket that holds `burst`
 * calls and refills with `perSecond`.
 *
 * @example
 * createHubServer({ filters: [rateLimit({ perConnection: { perSecond: 20, burst: 50 } })] });
 */
export function rateLimit(options: RateLimitOptions): HubFilter {
  const { perConnection, perUser, perMethod = {}, ...others } = options;
  const { maximumBuckets, message, now } = { ...rateLimitDefaults, ...others };
  const methodLimits = new Map(Object.entries(perMethod));
  for (const limit of [perConnection, perUser, ...methodLimits.values()]) if (limit !== undefined) check(limit);
  const buckets = new Buckets(maximumBuckets);
  const limitsOf = ({ context, method }: HubInvocationContext): readonly Limited[] => {
    const methodLimit = method === undefined ? undefined : methodLimits.get(method);
    const { connectionId, userIdentifier } = context;
    return [
      ...(perConnection ? [{ key: `c:${connectionId}`, limit: perConnection }] : []),
      ...(perUser && userIdentifier !== undefined ? [{ key: `u:${userIdentifier}`, limit: perUser }] : []),
      ...(methodLimit ? [{ key: `m:${method}:${connectionId}`, limit: methodLimit }] : []),
    ];
  };
  return {
    invoke(context, next) {
      const time = now();
      const isAllowed = limitsOf(context).every((limited) => buckets.for(limited, time).take(time));
      if (!isAllowed) throw new HubException(message, { cause: limited });
      return next();
    },
  };
}

/** For those who count; the caller gets the message alone. */
const limited = new HubServerError('HUB_RATE_LIMITED');

interface Limited {
  readonly key: string;
  readonly limit: RateLimit;
}

/** The buckets in use, by whom they limit. Those that are full again say nothing, and go when the room is needed. */
class Buckets {
  readonly #maximum: number;
  readonly #byKey = new Map<string, TokenBucket>();

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  for({ key, limit }: Limited, now: number): TokenBucket {
    let bucket = this.#byKey.get(key);
    if (bucket !== undefined) return bucket;
    if (this.#byKey.size >= this.#maximum) this.#makeRoom(now);
    bucket = new TokenBucket({ burst: burstOf(limit), perSecond: limit.perSecond }, now);
    this.#byKey.set(key, bucket);
    return bucket;
  }

  #makeRoom(now: number): void {
    for (const [key, bucket] of this.#byKey) if (bucket.isFull(now)) this.#byKey.delete(key);
    // All in use: the oldest tenth starts afresh, so that this walk stays rare.
    let excess = this.#byKey.size - Math.floor(this.#maximum * 0.9);
    for (const key of this.#byKey.keys()) {
      if (excess <= 0) return;
      this.#byKey.delete(key);
      excess -= 1;
    }
  }
}

function burstOf({ burst, perSecond }: RateLimit): number {
  return burst ?? Math.max(1, perSecond);
}

function check(limit: RateLimit): void {
  if (limit.perSecond > 0 && burstOf(limit) >= 1) return;
  throw new HubServerError('HUB_INVALID_OPTION', 'A rate limit needs perSecond above zero and a burst of at least 1.');
}
