import type { ClientResultOptions } from './hub-peer.ts';

/**
 * Calls `giveUp` once: with the signal's reason when it fires, or with `lateError` when the time is over. Returns what
 * calls it off.
 */
export function limitWait(
  { timeoutMs, signal }: ClientResultOptions,
  lateError: () => Error,
  giveUp: (reason: unknown) => void,
): () => void {
  const stop = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  const onAbort = (): void => {
    stop();
    giveUp(signal?.reason);
  };
  const onTimeout = (): void => {
    stop();
    giveUp(lateError());
  };
  const timer = timeoutMs === undefined || timeoutMs === Infinity ? undefined : setTimeout(onTimeout, timeoutMs);
  signal?.addEventListener('abort', onAbort);
  return stop;
}
