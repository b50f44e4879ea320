import type { Payload } from '@hubwire/hub-protocol';
import type { FrameSink } from './message-writer.ts';

/** Sends every payload at once, as a frame of its own: for encodings whose frames are messages. */
export class FrameWriter {
  readonly #sink: FrameSink;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  write(payload: Payload): void {
    this.#sink.send(payload);
  }

  flush(): void {}
}
