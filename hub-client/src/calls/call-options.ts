import type { MessageHeaders } from '@hubwire/hub-protocol';

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
