import { EventSource } from 'eventsource';
import type { EventSourceConstructor } from './event-source-like.ts';

export function defaultEventSource(): EventSourceConstructor | undefined {
  return EventSource;
}
