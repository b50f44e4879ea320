/** What a policy decides by. */
export interface RetryContext {
  /** Attempts that failed since the connection was lost. */
  readonly previousRetryCount: number;
  /** Time since the connection was lost. */
  readonly elapsedMilliseconds: number;
  /** Why the connection was lost, or why the last attempt failed. */
  readonly retryReason: Error;
}

/** Says how long to wait before the next attempt to reconnect; `null` gives up. */
export interface RetryPolicy {
  nextRetryDelayInMilliseconds(context: RetryContext): number | null;
}

const defaultDelaysMs: readonly number[] = [0, 2_000, 10_000, 30_000];

/** One attempt after each of the delays, then no more. @default delays 0, 2, 10 and 30 seconds */
export function fixedDelays(delaysMs: readonly number[] = defaultDelaysMs): RetryPolicy {
  const delays = [...delaysMs];
  return { nextRetryDelayInMilliseconds: ({ previousRetryCount }) => delays[previousRetryCount] ?? null };
}

export interface BackoffOptions {
  /** Upper bound of the first delay. @default 1000 */
  readonly initialDelayMs?: number;
  /** Upper bound of every delay. @default 30000 */
  readonly maximumDelayMs?: number;
  /** Attempts before giving up. @default Infinity */
  readonly maximumAttempts?: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * Exponential backoff with full jitter: each delay is random between zero and a bound that doubles, so that the
 * clients of a server that went down do not come back all at once.
 */
export function exponentialBackoff({
  initialDelayMs = 1_000,
  maximumDelayMs = 30_000,
  maximumAttempts = Infinity,
  random = Math.random,
}: BackoffOptions = {}): RetryPolicy {
  return {
    nextRetryDelayInMilliseconds({ previousRetryCount }) {
      if (previousRetryCount >= maximumAttempts) return null;
      return random() * Math.min(maximumDelayMs, initialDelayMs * 2 ** previousRetryCount);
    },
  };
}
