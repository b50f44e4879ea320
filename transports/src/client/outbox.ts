import type { Frame } from '../connection.ts';
import type { TransportError } from '../errors.ts';
import { joinBytes } from '../join-bytes.ts';
import { frameSize } from '../receive-queue.ts';
import { toTransportError } from './to-transport-error.ts';

type Body = string | Uint8Array<ArrayBuffer>;

export interface OutboxOptions {
  /** Sends one request body; the next waits until it is done. */
  readonly post: (body: Body) => Promise<unknown>;
  readonly sendBufferBytes: number;
  readonly maximumBodyBytes: number;
  /** All was sent after `send` had returned `false`. */
  readonly onDrain: () => void;
  /** A post was rejected; nothing more is sent. */
  readonly onFailure: (error: TransportError) => void;
}

/** Sends frames by POST, in order and one request at a time; frames that wait meanwhile share the next body. */
export class Outbox {
  readonly #options: OutboxOptions;
  #frames: Frame[] = [];
  #bytes = 0;
  #owesDrain = false;
  #pumping: Promise<void> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** What waits, the body on its way included. */
  get bytes(): number {
    return this.#bytes;
  }

  send(frame: Frame): boolean {
    this.#frames.push(frame);
    this.#bytes += frameSize(frame);
    this.#pumping ??= this.#pump();
    if (this.#bytes > this.#options.sendBufferBytes) this.#owesDrain = true;
    return !this.#owesDrain;
  }

  /** Settles, never rejecting, when nothing is left to send. */
  async flushed(): Promise<void> {
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    try {
      // Lets frames of the same turn share a body.
      await Promise.resolve();
      while (this.#frames.length > 0) {
        const body = this.#takeBody();
        await this.#options.post(body);
        this.#bytes -= frameSize(body);
      }
    } catch (error) {
      this.#frames = [];
      this.#options.onFailure(toTransportError(error, 'TRANSPORT_FAILED'));
      return;
    }
    this.#pumping = undefined;
    if (!this.#owesDrain) return;
    this.#owesDrain = false;
    this.#options.onDrain();
  }

  /** The first frame, and those after it that are of its kind and fit. */
  #takeBody(): Body {
    const kind = typeof this.#frames[0];
    let bytes = 0;
    let count = this.#frames.findIndex((frame, index) => {
      bytes += frameSize(frame);
      return index > 0 && (typeof frame !== kind || bytes > this.#options.maximumBodyBytes);
    });
    if (count === -1) count = this.#frames.length;
    return joinFrames(this.#frames.splice(0, count));
  }
}

/** Joins frames of one kind. */
function joinFrames(frames: readonly Frame[]): Body {
  const parts = frames.filter((frame) => typeof frame !== 'string');
  return parts.length === 0 ? frames.join('') : joinBytes(parts);
}
