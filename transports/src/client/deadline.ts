import { TransportError } from '../errors.ts';

export interface Deadline {
  readonly ms: number;
  /** Aborts the work earlier, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs `work` with a signal that aborts after `ms`, and rejects with that signal's reason whatever `work` made of it. */
export async function withDeadline<T>({ ms, signal }: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => {
    controller.abort(new TransportError('TRANSPORT_TIMEOUT', `Nothing came within ${ms} ms.`));
  }, ms);
  signal?.addEventListener('abort', onAbort);
  try {
    signal?.throwIfAborted();
    return await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
