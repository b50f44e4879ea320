const fewestBytes = 32;

/**
 * Joins parts that come one by one, by copying them: a part that was kept as it came would hold on to the whole chunk of
 * the network around it. It never takes more than twice what it holds.
 */
export class ByteGatherer {
  #bytes: Buffer;
  #length: number;
  #parts = 1;

  constructor(first: Buffer, expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacityFor(first.length, expectedBytes));
    this.#length = first.copy(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** How many it is made of. */
  get parts(): number {
    return this.#parts;
  }

  /** What there is so far; a view, good until the next `append`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** `expectedBytes`: more than these never come. */
  append(part: Buffer, expectedBytes: number): void {
    const length = this.#length + part.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(capacityFor(length, expectedBytes));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    part.copy(this.#bytes, this.#length);
    this.#length = length;
    this.#parts++;
  }
}

function capacityFor(length: number, expectedBytes: number): number {
  return Math.max(fewestBytes, length, Math.min(2 * length, expectedBytes));
}
