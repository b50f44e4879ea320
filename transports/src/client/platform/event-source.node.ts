import { EventSource } from 'eventsource';
import type { EventSourceConstructor } from './event-source-like.ts';

/** Tokens travel in a header. */
export const canSendHeaders: boolean = true;

export function defaultEventSource(): EventSourceConstructor | undefined {
  return EventSource;
}
