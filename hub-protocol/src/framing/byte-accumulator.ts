const firstCapacity = 256;
/** One for all that hold nothing, which on a server is nearly every connection. */
const noBytes = new Uint8Array(0);

/**
 * Collects the pieces of one message. The buffer doubles with what has arrived, so the cost is linear in the bytes
 * however small the pieces, a declared length alone allocates nothing, and no piece keeps its transport's buffer alive.
 */
export class ByteAccumulator {
  #buffer = noBytes;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2, firstCapacity));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }

  /** Hands over what was collected and starts anew. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#length);
    this.#buffer = noBytes;
    this.#length = 0;
    return taken;
  }
}
