import type { MessageHeaders } from '@hubwire/hub-protocol';
import type { Clock } from '../connection/clock.ts';
import { TimeoutError, toError } from '../errors.ts';

/** Options of single calls, given with `connection.withOptions(…)`. */
export interface HubCallOptions {
  /** Cancels the call, on the server too; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Time from the call to its answer, for a stream to its end. @default none */
  readonly timeoutMs?: number;
  /** String pairs that travel beside the call. */
  readonly headers?: MessageHeaders;
}

/** A call of a method of the hub. */
export interface HubCall {
  readonly target: string;
  readonly args: readonly unknown[];
  readonly options: HubCallOptions;
}

/** Calls `cancel` once when the options say so. Returns what ends the watch. */
export function watchCancellation(options: HubCallOptions, clock: Clock, cancel: (reason: Error) => void): () => void {
  const { signal, timeoutMs } = options;
  const onAbort = (): void => {
    stop();
    cancel(toError(signal?.reason));
  };
  const onTimeout = (): void => {
    stop();
    cancel(new TimeoutError(`The call was not answered within ${timeoutMs} ms.`));
  };
  const cancelTimer = timeoutMs === undefined ? undefined : clock.schedule(onTimeout, timeoutMs);
  signal?.addEventListener('abort', onAbort);
  const stop = (): void => {
    cancelTimer?.();
    signal?.removeEventListener('abort', onAbort);
  };
  return stop;
}
