import { toError } from '@hubwire/hub-protocol/peer';
import { abortReason } from '@hubwire/transports';
import { TimeoutError } from '../errors.ts';
import type { Clock } from './clock.ts';

/** How long something may take. */
export interface Limits {
  readonly clock: Clock;
  /** Ends it with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** @default none */
  readonly timeoutMs?: number | undefined;
}

/** Calls `end` when the signal aborts, at once when it has, or when the time is over. Returns what ends the watch. */
export function watchLimits({ clock, signal, timeoutMs }: Limits, end: (reason: Error) => void): () => void {
  const onAbort = (): void => end(toError(abortReason(signal)));
  if (signal?.aborted === true) {
    onAbort();
    return () => {};
  }
  const onTimeout = (): void => end(new TimeoutError(`It took more than ${timeoutMs} ms.`));
  const cancelTimer = timeoutMs === undefined ? undefined : clock.schedule(onTimeout, timeoutMs);
  signal?.addEventListener('abort', onAbort);
  return () => {
    cancelTimer?.();
    signal?.removeEventListener('abort', onAbort);
  };
}

/** Settles as `work` does, or rejects as soon as a limit is reached: what comes later goes to `discard`. */
export function withLimits<T>(limits: Limits, work: Promise<T>, discard: (late: T) => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    let take: (value: T) => void = resolve;
    const stop = watchLimits(limits, (reason) => {
      take = discard;
      reject(reason);
    });
    work.then((value) => take(value), reject).finally(stop);
  });
}
