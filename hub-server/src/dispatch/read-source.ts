import { streamIterator, type StreamSource, type Subscribable } from '@hubwire/hub-protocol/peer';
import { errorTexts } from './error-texts.ts';
import { HubCallError } from './hub-call-error.ts';

/**
 * Reads what a method streams. A source that pushes cannot be held back: when it is `maximumItems` ahead of what the
 * client takes, reading it fails with `HUB_SLOW_CONSUMER` and it is unsubscribed from.
 */
export function readSource(source: StreamSource<unknown>, maximumItems: number): AsyncIterator<unknown> {
  if (!isPushSource(source)) return streamIterator(source);
  let ahead = 0;
  let overflow: HubCallError | undefined;
  const items = streamIterator({
    subscribe: (observer) =>
      source.subscribe({
        ...observer,
        next(value) {
          if (overflow !== undefined) return;
          ahead += 1;
          if (ahead <= maximumItems) {
            observer.next?.(value);
            return;
          }
          overflow = new HubCallError('HUB_SLOW_CONSUMER', errorTexts.streamFailed);
          // Not at once: a source may push all that it has before `subscribe` returns.
          queueMicrotask(() => void items.return?.());
        },
      }),
  });
  return {
    async next() {
      const step = await items.next();
      if (overflow !== undefined) throw overflow;
      ahead -= 1;
      return step;
    },
    return: async () => items.return?.() ?? { done: true, value: undefined },
  };
}

function isPushSource(source: StreamSource<unknown>): source is Subscribable<unknown> {
  return !(Symbol.asyncIterator in source) && !('getReader' in source) && 'subscribe' in source;
}
