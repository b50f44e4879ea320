import { toError } from '@hubwire/hub-protocol/peer';
import { throwIfAborted } from '@hubwire/transports';
import type { HubClientSettings } from '../hub-client-options.ts';
import { watchLimits } from './limits.ts';
import type { RetryContext } from './reconnect-policy.ts';
import { onWakeUp } from './wake-up.ts';

type RetrySettings = Pick<HubClientSettings, 'clock' | 'logger' | 'reconnect'>;

/** What the policy says, `null` without one; one that throws gives up. */
export function nextDelay({ logger, reconnect }: RetrySettings, context: RetryContext): number | null {
  try {
    return reconnect?.nextRetryDelayInMilliseconds(context) ?? null;
  } catch (error) {
    logger.log('error', 'reconnect policy threw', { error });
    return null;
  }
}

export interface RetryOptions<T> extends RetrySettings {
  /** Gives up, with its reason. */
  readonly signal: AbortSignal;
  attempt(): Promise<T>;
}

/**
 * Delay, attempt, and again, until an attempt succeeds; `undefined` when the policy gives up.
 *
 *     firstDelayMs ──► attempt ──► result
 *          ▲              │ failed
 *          └── policy ◄───┘
 */
export async function retry<T>(firstDelayMs: number, options: RetryOptions<T>): Promise<T | undefined> {
  const { clock, logger, signal } = options;
  const startedAt = clock.now();
  let delayMs: number | null = firstDelayMs;
  for (let attempt = 1; delayMs !== null; attempt++) {
    await delayUnlessWoken(delayMs, options);
    throwIfAborted(signal);
    try {
      return await options.attempt();
    } catch (error) {
      throwIfAborted(signal);
      logger.log('information', 'reconnect attempt failed', { attempt, error });
      const elapsedMilliseconds = clock.now() - startedAt;
      delayMs = nextDelay(options, { previousRetryCount: attempt, elapsedMilliseconds, retryReason: toError(error) });
    }
  }
  return undefined;
}

async function delayUnlessWoken(timeoutMs: number, { clock, signal }: RetryOptions<unknown>): Promise<void> {
  let stop = (): void => {};
  await new Promise<unknown>((resolve) => {
    const stopWatching = watchLimits({ clock, signal, timeoutMs }, resolve);
    const stopListening = onWakeUp(() => resolve(undefined));
    stop = () => {
      stopWatching();
      stopListening();
    };
  });
  stop();
}
