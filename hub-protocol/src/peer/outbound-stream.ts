/** Where the items of an outbound stream go. */
export interface StreamSink {
  /** Sends one item; a promise says when there is room for the next. */
  item(item: unknown): Promise<void> | undefined;
}

/** How an outbound stream ended. */
export type StreamEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Sends the items of a source one after the other, waiting for room between them, until the source ends, fails, or
 * `signal` aborts. An abort does not wait for a source that is stuck: the source's `return` is called and its outcome
 * left alone.
 */
export async function pumpStream(
  source: AsyncIterator<unknown>,
  sink: StreamSink,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const cancelled = Symbol('cancelled');
  let interrupt: (value: typeof cancelled) => void = () => {};
  const onAbort = (): void => interrupt(cancelled);
  // Promise.race would leave a reaction on the abort promise for every item of an endless stream.
  const unlessCancelled = <T>(step: Promise<T>): Promise<T | typeof cancelled> =>
    new Promise((resolve, reject) => {
      step.then(resolve, reject);
      if (signal.aborted) resolve(cancelled);
      else interrupt = resolve;
    });
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const step = await unlessCancelled(source.next());
      if (step === cancelled) break;
      if (step.done === true) return { kind: 'completed' };
      const room = sink.item(step.value);
      if (room !== undefined && (await unlessCancelled(room)) === cancelled) break;
    }
    abandon(source);
    return { kind: 'cancelled' };
  } catch (error) {
    abandon(source);
    return { kind: 'failed', error };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function abandon(source: AsyncIterator<unknown>): void {
  try {
    source.return?.().catch(() => {});
  } catch {
    // A source that cannot even be told to stop has nothing left to say.
  }
}
