import type { Span } from '../contenders/codec.ts';

const newline = 0x0a;
const dataField = Buffer.from('data:');

/** Finds the data of server-sent events; what is sent here fits on one line of data each. */
export class EventLineReader {
  readonly #take: (data: Span) => void;
  #rest: Buffer | undefined;

  constructor(take: (data: Span) => void) {
    this.#take = take;
  }

  /** `chunk` is the caller's again afterwards. */
  push(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      this.#takeLine(bytes, start, bytes[end - 1] === 0x0d ? end - 1 : end);
      start = end + 1;
    }
    if (start < bytes.length) this.#rest = Buffer.from(bytes.subarray(start));
  }

  #takeLine(bytes: Buffer, start: number, end: number): void {
    if (
      end - start <= dataField.length ||
      bytes.compare(dataField, 0, dataField.length, start, start + dataField.length)
    )
      return;
    const first = start + dataField.length;
    this.#take({ bytes, start: bytes[first] === 0x20 ? first + 1 : first, end });
  }
}
