import { bytesOf, type Codec, type Message, type Span } from '../contenders/codec.ts';

/** The opening conversation of one connection, up to the point where calls may be made. */
export class Conversation {
  readonly #codec: Codec;
  readonly #send: (message: Message) => void;
  readonly #opened: (session: string) => void;
  #session = '';

  constructor(codec: Codec, send: (message: Message) => void, opened: (session: string) => void) {
    this.#codec = codec;
    this.#send = send;
    this.#opened = opened;
  }

  start(): void {
    const { opening } = this.#codec;
    if (opening === undefined) this.#opened('');
    else if (opening.first !== undefined) this.#send(opening.first);
  }

  take(message: Span): void {
    const step = this.#codec.opening?.next(Buffer.from(bytesOf(message)));
    if (step?.session !== undefined) this.#session = step.session;
    if (step?.send !== undefined) this.#send(step.send);
    if (step?.isOpen === true) this.#opened(this.#session);
  }
}
