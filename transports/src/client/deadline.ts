import { abortReason, throwIfAborted } from '../abort.ts';
import { TransportError } from '../errors.ts';

export interface Deadline {
  readonly ms: number;
  /** Aborts the work earlier, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` with a signal that aborts after `ms`, and rejects with that signal's reason as soon as it does. Work that
 * does not listen is not waited for: what it gives later goes to `discard`.
 */
export async function withDeadline<T>(
  { ms, signal }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
  discard: (late: T) => void = () => {},
): Promise<T> {
  throwIfAborted(signal);
  const controller = new AbortController();
  let reason: unknown;
  const abort = (why: unknown): void => {
    reason = why;
    controller.abort(why);
  };
  const onAbort = () => abort(abortReason(signal));
  const timer = setTimeout(() => abort(new TransportError('TRANSPORT_TIMEOUT', `It took more than ${ms} ms.`)), ms);
  signal?.addEventListener('abort', onAbort);
  try {
    return await new Promise<T>((resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(reason));
      work(controller.signal).then((result) => (controller.signal.aborted ? discard(result) : resolve(result)), reject);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
