import type { SerializedMessage } from './serialized-message.ts';

/** Limits of one awaited client result. */
export interface ClientResultOptions {
  /** Gives up after so long. @default no limit but the connection's end */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A connection of this process, as those see it who only write to it. */
export interface HubPeer {
  readonly connectionId: string;
  readonly userIdentifier: string | undefined;
  /** What `authenticate` returned. */
  readonly user: unknown;
  /** Queues a message in the encoding of the connection, never blocking; throws `PROTOCOL_CANNOT_WRITE`. */
  deliver(message: SerializedMessage): void;
  /** Calls a method of the client and awaits its result. */
  invokeClient(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown>;
}
