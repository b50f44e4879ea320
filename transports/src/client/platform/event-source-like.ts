/** What is used of an EventSource; browsers' own and that of `eventsource` fit. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: EventSourceEvent) => void): void;
  close(): void;
}

/** Open, message and error events in one; browsers give no `message`. */
export interface EventSourceEvent {
  readonly type: string;
  readonly data?: string;
  readonly message?: string | undefined;
}

export interface EventSourceInit {
  readonly withCredentials: boolean;
  /** What `eventsource` 2 takes. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it takes since version 3. */
  readonly fetch: (url: string | URL, init: RequestInit) => Promise<Response>;
}

/** A constructor that cannot send headers ignores all but `withCredentials`. */
export type EventSourceConstructor = new (url: string, init: EventSourceInit) => EventSourceLike;
