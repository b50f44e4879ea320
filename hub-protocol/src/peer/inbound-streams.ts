import type { CompletionMessage, StreamItemMessage } from '../messages.ts';
import { HubProtocolError } from '../errors.ts';
import { InboundStream } from './inbound-stream.ts';

export interface InboundStreamsOptions {
  /** Items buffered per stream before the peer is held back. */
  readonly capacity: number;
  /** Makes the error that a consumer gets of the text with which the peer ended its stream. */
  errorOf(text: string): Error;
  /** Holds the peer back (`false`) and lets it go on (`true`). */
  setReading(reading: boolean): void;
}

/** The streams that the peer uploads on one connection, by stream id. While any of them is full the peer is held back. */
export class InboundStreams {
  readonly #options: InboundStreamsOptions;
  readonly #streams = new Map<string, InboundStream<unknown>>();
  readonly #full = new Set<InboundStream<unknown>>();

  constructor(options: InboundStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Opens a stream for the id that the peer chose; throws `PROTOCOL_INVALID_MESSAGE` when the id is in use. */
  open(streamId: string): InboundStream<unknown> {
    if (this.#streams.has(streamId)) {
      throw new HubProtocolError('PROTOCOL_INVALID_MESSAGE', `The stream id '${streamId}' is in use.`);
    }
    const stream: InboundStream<unknown> = new InboundStream(this.#options.capacity, {
      onRoom: () => this.#release(stream),
      onAbandoned: () => this.#streams.delete(streamId),
    });
    this.#streams.set(streamId, stream);
    return stream;
  }

  /** `false` when no such stream is open. */
  item(message: StreamItemMessage): boolean {
    const stream = this.#streams.get(message.invocationId);
    if (stream === undefined) return false;
    stream.push(message.item);
    if (stream.isFull) this.#hold(stream);
    return true;
  }

  /** Ends a stream as the peer says; `false` when no such stream is open. */
  complete(message: CompletionMessage): boolean {
    const stream = this.#streams.get(message.invocationId);
    if (stream === undefined) return false;
    this.#streams.delete(message.invocationId);
    stream.end(message.outcome.kind === 'error' ? this.#options.errorOf(message.outcome.error) : undefined);
    return true;
  }

  /** Drops a stream that nobody reads any more. */
  close(streamId: string): void {
    void this.#streams.get(streamId)?.return();
    this.#streams.delete(streamId);
  }

  failAll(error: Error): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.end(error);
  }

  #hold(stream: InboundStream<unknown>): void {
    if (this.#full.has(stream)) return;
    this.#full.add(stream);
    if (this.#full.size === 1) this.#options.setReading(false);
  }

  #release(stream: InboundStream<unknown>): void {
    if (this.#full.delete(stream) && this.#full.size === 0) this.#options.setReading(true);
  }
}
