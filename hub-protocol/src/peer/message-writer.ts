import { HubProtocolError } from '../errors.ts';
import { joinPayloads } from '../framing/message-framing.ts';
import type { Payload } from '../hub-protocol.ts';

/** Where frames go: a `Connection` fits. MUST NOT throw. */
export interface FrameSink {
  send(frame: Payload): boolean;
}

/**
 * Collects the payloads that one turn of the event loop writes to a connection and sends them as one frame when the
 * turn's synchronous work is done. Twenty answers then cost one system call, and a lone one waits for nothing but the
 * microtask queue.
 */
export class MessageWriter {
  readonly #sink: FrameSink;
  readonly #transferFormat: 'Text' | 'Binary';
  #pending: Payload[] = [];

  constructor(sink: FrameSink, transferFormat: 'Text' | 'Binary') {
    this.#sink = sink;
    this.#transferFormat = transferFormat;
  }

  /** Throws `PROTOCOL_CANNOT_WRITE` for a payload that is not of the transfer format. */
  write(payload: Payload): void {
    if ((typeof payload === 'string') !== (this.#transferFormat === 'Text')) {
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', `A ${this.#transferFormat} protocol wrote something else.`);
    }
    if (this.#pending.push(payload) === 1) flushAfterThisTurn(this);
  }

  /** Sends what is collected now, for instance before the connection is closed. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const payloads = this.#pending;
    this.#pending = [];
    this.#sink.send(joinPayloads(payloads, this.#transferFormat));
  }
}

// One microtask and one list for all writers: a broadcast marks a thousand of them in a turn.
let dirty: MessageWriter[] = [];

function flushAfterThisTurn(writer: MessageWriter): void {
  if (dirty.push(writer) === 1) queueMicrotask(flushDirty);
}

function flushDirty(): void {
  const writers = dirty;
  dirty = [];
  for (const writer of writers) writer.flush();
}
