import type { SlowConsumerPolicy } from '../slow-consumer-policy.ts';
import type { SerializedMessage } from './serialized-message.ts';

/** Limits of one awaited client result. */
export interface ClientResultOptions {
  /** Gives up after so long. @default no limit but the connection's end */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How calls of clients are made; the limits are for results, and for sends that wait for room. */
export interface ClientCallOptions extends ClientResultOptions {
  /** What becomes of a send for clients that do not keep up. @default `slowConsumerPolicy` of the hub */
  readonly slowConsumer?: SlowConsumerPolicy;
}

/** A message that waits for room in the queue of one connection. */
export interface PendingDelivery {
  /** Resolves when the message is queued, when it was withdrawn, and when the connection has ended. */
  readonly settled: Promise<void>;
  /** Takes the message back, unless it is queued already. */
  withdraw(): void;
}

/** A connection of this process, as those see it who only write to it. */
export interface HubPeer {
  readonly connectionId: string;
  readonly userIdentifier: string | undefined;
  /** What `authenticate` returned. */
  readonly user: unknown;
  /**
   * Queues a message in the encoding of the connection, never blocking; what it returns is still to be queued. Throws
   * `PROTOCOL_CANNOT_WRITE`, and `HUB_MESSAGE_TOO_LARGE` for what no queue of the hub could ever take.
   */
  deliver(message: SerializedMessage): PendingDelivery | undefined;
  /** Calls a method of the client and awaits its result. */
  invokeClient(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown>;
}
