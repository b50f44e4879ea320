import type { EventSourceConstructor } from './event-source-like.ts';

/** Tokens travel in the query. */
export const canSendHeaders: boolean = false;

export function defaultEventSource(): EventSourceConstructor | undefined {
  return globalThis.EventSource;
}
