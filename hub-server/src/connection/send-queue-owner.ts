/** A queue that had no room for what cannot be left out. */
export interface FullQueue {
  readonly bytes: number;
  /** Those that the hub holds. */
  readonly messages: number;
  /** The bound that was reached. */
  readonly limit: 'sendQueueBytes' | 'sendQueueMessages';
}

/** What a queue tells the one whose it is. */
export interface SendQueueOwner {
  /** A frame goes to the transport. */
  frameSent(): void;
  /** The connection is being aborted. */
  slowConsumer(queue: FullQueue): void;
}
