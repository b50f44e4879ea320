import { HubProtocolError, joinPayloads, type Payload } from '@hubwire/hub-protocol';

/** Where frames go: a `Connection` fits. MUST NOT throw. */
export interface FrameSink {
  send(frame: Payload): boolean;
}

/**
 * Collects the payloads that one turn of the event loop writes to a connection and sends them as one frame when the turn
 * is done: when all that had come in is read and its promises have run. Twenty answers cost one system call, also when
 * the methods were asynchronous, and so do the broadcasts that several clients asked for. The first connection that a
 * turn writes to need not wait so long: it is done once the promises of what it sent have run, if it is still alone then.
 */
export class MessageWriter {
  readonly #sink: FrameSink;
  readonly #transferFormat: 'Text' | 'Binary';
  #pending: Payload[] = none;
  /** Whether other connections may have been told the same. */
  #isShared = true;

  constructor(sink: FrameSink, transferFormat: 'Text' | 'Binary') {
    this.#sink = sink;
    this.#transferFormat = transferFormat;
  }

  /**
   * Throws `PROTOCOL_CANNOT_WRITE` for a payload that is not of the transfer format. One that goes to other connections
   * too is `isShared`.
   */
  write(payload: Payload, isShared = false): void {
    if ((typeof payload === 'string') !== (this.#transferFormat === 'Text')) {
      throw new HubProtocolError('PROTOCOL_CANNOT_WRITE', `A ${this.#transferFormat} protocol wrote something else.`);
    }
    if (this.#pending.length > 0) {
      this.#pending.push(payload);
      this.#isShared &&= isShared;
      return;
    }
    this.#pending = [payload];
    this.#isShared = isShared;
    flushAfterThisTurn(this);
  }

  /** Sends what is collected now, for instance before the connection is closed. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const payloads = this.#pending;
    this.#pending = none;
    const join = this.#isShared ? joinShared : joinPayloads;
    this.#sink.send(join(payloads, this.#transferFormat));
  }
}

/** Nothing is ever added to it: an idle connection needs no list of its own. */
const none: Payload[] = [];

// One list for all writers: a broadcast marks a thousand of them in a turn.
let dirty: MessageWriter[] = [];
/** Whether the end of this turn will be told of. */
let isEndAwaited = false;

// Taken once, so that a test's fake clock does not hold back what is no matter of time.
const atEndOfTurn = setImmediate;
const afterThisCallback = (callback: () => void): void => process.nextTick(callback);

function flushAfterThisTurn(writer: MessageWriter): void {
  dirty.push(writer);
  if (isEndAwaited) return;
  isEndAwaited = true;
  atEndOfTurn(endTurn);
  afterThisCallback(flushFirst);
}

/** Nothing is gained where only one has been written to so far: it gets its answer without waiting for the others. */
function flushFirst(): void {
  if (dirty.length === 1) flushDirty();
}

function endTurn(): void {
  isEndAwaited = false;
  flushDirty();
}

function flushDirty(): void {
  const writers = dirty;
  dirty = [];
  for (const writer of writers) writer.flush();
  lastJoined = nothing;
}

const nothing: { readonly payloads: readonly Payload[]; readonly frame: Payload } = { payloads: none, frame: '' };
let lastJoined = nothing;

/** What a broadcast wrote to one connection it has mostly written to the next one too: all of those get the same frame. */
function joinShared(payloads: readonly Payload[], transferFormat: 'Text' | 'Binary'): Payload {
  if (!areSame(payloads, lastJoined.payloads)) lastJoined = { payloads, frame: joinPayloads(payloads, transferFormat) };
  return lastJoined.frame;
}

function areSame(payloads: readonly Payload[], others: readonly Payload[]): boolean {
  if (payloads.length !== others.length) return false;
  for (let index = 0; index < payloads.length; index++) if (payloads[index] !== others[index]) return false;
  return true;
}
