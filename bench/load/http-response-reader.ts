const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** What comes next on the socket. */
type State =
  | { readonly name: 'head' }
  | { readonly name: 'body'; left: number; readonly isChunk: boolean }
  | { readonly name: 'chunk size' }
  | { readonly name: 'trailer' };

interface ResponseUse {
  /** A part of a body as it comes; the bytes are gone afterwards. */
  readonly part: (bytes: Buffer) => void;
  readonly end: () => void;
}

/** Reads the answers on one HTTP/1.1 connection, one after the other. Any status but 200 and 204 is an error. */
export class HttpResponseReader {
  readonly #use: ResponseUse;
  #state: State = { name: 'head' };
  #rest: Buffer | undefined;

  constructor(use: ResponseUse) {
    this.#use = use;
  }

  /** `chunk` is the caller's again afterwards. */
  push(chunk: Buffer): void {
    let bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    while (bytes.length > 0) {
      const used = this.#step(bytes);
      if (used === 0) break;
      bytes = bytes.subarray(used);
    }
    if (bytes.length > 0) this.#rest = Buffer.from(bytes);
  }

  /** The number of bytes that were understood; 0 waits for more. */
  #step(bytes: Buffer): number {
    const state = this.#state;
    switch (state.name) {
      case 'head':
        return this.#readHead(bytes);
      case 'chunk size':
        return this.#readChunkSize(bytes);
      case 'body':
        return this.#readBody(bytes, state);
      case 'trailer': {
        if (bytes.length < lineEnd.length) return 0;
        this.#end();
        return lineEnd.length;
      }
    }
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf(headEnd);
    if (end < 0) return 0;
    const head = bytes.toString('latin1', 0, end).toLowerCase();
    if (!/^http\/1\.1 20[024] /.test(head)) throw new Error(`The server answered: ${head.slice(0, 100)}`);
    const length = Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? '0');
    if (/\r\ntransfer-encoding: *chunked/.test(head)) this.#state = { name: 'chunk size' };
    else if (length > 0) this.#state = { name: 'body', left: length, isChunk: false };
    else this.#end();
    return end + headEnd.length;
  }

  #readChunkSize(bytes: Buffer): number {
    const end = bytes.indexOf(lineEnd);
    if (end < 0) return 0;
    const size = Number.parseInt(bytes.toString('latin1', 0, end), 16);
    // The line end after a chunk counts as its last two bytes.
    this.#state = size === 0 ? { name: 'trailer' } : { name: 'body', left: size + lineEnd.length, isChunk: true };
    return end + lineEnd.length;
  }

  #readBody(bytes: Buffer, state: Extract<State, { name: 'body' }>): number {
    const used = Math.min(bytes.length, state.left);
    const after = state.left - used;
    const behind = state.isChunk ? lineEnd.length : 0;
    const payload = Math.min(used, Math.max(0, state.left - behind));
    state.left = after;
    if (payload > 0) this.#use.part(bytes.subarray(0, payload));
    if (after === 0) {
      if (state.isChunk) this.#state = { name: 'chunk size' };
      else this.#end();
    }
    return used;
  }

  #end(): void {
    this.#state = { name: 'head' };
    this.#use.end();
  }
}
