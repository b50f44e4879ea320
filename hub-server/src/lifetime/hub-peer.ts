import type { HubProtocol, Payload } from '@hubwire/hub-protocol';

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
  readonly protocol: HubProtocol;
  /** Queues a message that is already encoded by `protocol`; never blocks, never throws. */
  writePayload(payload: Payload): void;
  /** Calls a method of the client and awaits its result. */
  invokeClient(target: string, args: readonly unknown[], options: ClientResultOptions): Promise<unknown>;
}
