import type { Logger } from '@hubwire/transports';
import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import { watchLimits } from './limits.ts';
import { toError } from '../errors.ts';
import type { RetryContext, RetryPolicy } from './reconnect-policy.ts';

export interface RetryOptions<T> {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives up, with its reason. */
  readonly signal: AbortSignal;
  attempt(): Promise<T>;
  /** Calls `wake` when an attempt is worth making at once; returns what ends that. */
  readonly onWakeUp: (wake: () => void) => () => void;
}

/** What the policy says; one that throws gives up. */
export function nextDelay(policy: RetryPolicy, context: RetryContext, logger: Logger): number | null {
  try {
    return policy.nextRetryDelayInMilliseconds(context) ?? null;
  } catch (error) {
    logger.log('error', 'reconnect policy threw', { error });
    return null;
  }
}

/**
 * Delay, attempt, and again, until an attempt succeeds; `undefined` when the policy gives up.
 *
 *     firstDelayMs ──► attempt ──► result
 *          ▲              │ failed
 *          └── policy ◄───┘
 */
export async function retry<T>(firstDelayMs: number, options: RetryOptions<T>): Promise<T | undefined> {
  const { clock, logger, policy, signal } = options;
  const startedAt = clock.now();
  let delayMs: number | null = firstDelayMs;
  for (let attempts = 0; delayMs !== null;) {
    logger.log('information', 'reconnect attempt scheduled', { attempt: attempts + 1, delayMs });
    await delayUnlessWoken(delayMs, options);
    signal.throwIfAborted();
    try {
      return await options.attempt();
    } catch (error) {
      signal.throwIfAborted();
      logger.log('information', 'reconnect attempt failed', { attempt: attempts + 1, error });
      attempts += 1;
      const elapsedMilliseconds = clock.now() - startedAt;
      const context = { previousRetryCount: attempts, elapsedMilliseconds, retryReason: toError(error) };
      delayMs = nextDelay(policy, context, logger);
    }
  }
  return undefined;
}

async function delayUnlessWoken(timeoutMs: number, { clock, signal, onWakeUp }: RetryOptions<unknown>): Promise<void> {
  const over = deferred<unknown>();
  const stopWatching = watchLimits({ clock, signal, timeoutMs }, over.resolve);
  const stopListening = onWakeUp(() => over.resolve(undefined));
  await over.promise;
  stopWatching();
  stopListening();
}
