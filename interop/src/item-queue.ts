interface Observer {
  next(item: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

type Step = { readonly kind: 'item'; readonly item: unknown } | { readonly kind: 'end'; readonly error?: unknown };

/**
 * Turns a subscription into an iteration. `subscribe` runs at once, so that the call goes out before the first item is
 * asked for; what it returns is called when the iteration is left before the end, also while an item is awaited.
 */
export function itemQueue(subscribe: (observer: Observer) => () => void): AsyncIterable<unknown> {
  const steps: Step[] = [];
  let ended = false;
  let wake = (): void => {};
  const put = (step: Step): void => {
    if (ended) return;
    ended = step.kind === 'end';
    steps.push(step);
    wake();
  };
  const cancel = subscribe({
    next: (item) => put({ kind: 'item', item }),
    error: (error) => put({ kind: 'end', error }),
    complete: () => put({ kind: 'end' }),
  });

  async function next(): Promise<IteratorResult<unknown>> {
    for (;;) {
      const step = steps.shift();
      if (step?.kind === 'item') return { done: false, value: step.item };
      if (step !== undefined && 'error' in step) throw step.error;
      if (ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function leave(): Promise<IteratorResult<unknown>> {
    if (!ended) cancel();
    put({ kind: 'end' });
    return { done: true, value: undefined };
  }

  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
}
