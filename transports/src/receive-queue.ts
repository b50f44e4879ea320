import type { CloseReason, ConnectionReceiver, Frame } from './connection.ts';

type State =
  | { readonly name: 'unstarted' }
  | { readonly name: 'flowing'; readonly receiver: ConnectionReceiver }
  | { readonly name: 'paused'; readonly receiver: ConnectionReceiver }
  | { readonly name: 'closed' };

/** What a frame counts against buffers: its bytes, or for text its length. */
export function frameSize(frame: Frame): number {
  return typeof frame === 'string' ? frame.length : frame.byteLength;
}

/**
 * The receiving half of a connection: holds what came in until it may be delivered, and keeps the promises of
 * `ConnectionReceiver`. Everything is delivered from a microtask of its own, so that no callback ever runs inside a
 * call of the owner.
 */
export class ReceiveQueue {
  readonly #limitBytes: number;
  readonly #onEmpty: () => void;
  #state: State = { name: 'unstarted' };
  #frames: Frame[] = [];
  #next = 0;
  #bytes = 0;
  #end: CloseReason | undefined;
  #isDrainDue = false;
  #isFlushDue = false;

  /**
   * @param limitBytes how much may wait while delivery is paused or has not started, the last frame aside
   * @param onEmpty called when the last waiting frame was delivered or dropped
   */
  constructor(limitBytes: number, onEmpty: () => void = () => {}) {
    this.#limitBytes = limitBytes;
    this.#onEmpty = onEmpty;
  }

  /** Size of the frames that wait for delivery. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `true` once an end is known, even when frames before it still wait. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  start(receiver: ConnectionReceiver): void {
    if (this.#state.name !== 'unstarted') throw new Error('A connection can be started only once.');
    this.#state = { name: 'flowing', receiver };
    this.#scheduleFlush();
  }

  pause(): void {
    if (this.#state.name === 'flowing') this.#state = { name: 'paused', receiver: this.#state.receiver };
  }

  resume(): void {
    if (this.#state.name !== 'paused') return;
    this.#state = { name: 'flowing', receiver: this.#state.receiver };
    this.#scheduleFlush();
  }

  /** `false` says that as much as may was waiting already: the connection has to be given up. */
  push(frame: Frame): boolean {
    if (this.hasEnded) return true;
    const hasRoom = this.#state.name === 'flowing' || this.#bytes < this.#limitBytes;
    this.#frames.push(frame);
    this.#bytes += frameSize(frame);
    this.#scheduleFlush();
    return hasRoom;
  }

  /** Tells the owner that its own sends have all been passed on. */
  drain(): void {
    if (this.hasEnded) return;
    this.#isDrainDue = true;
    this.#scheduleFlush();
  }

  /** An end that comes after the frames already pushed. */
  end(reason: CloseReason): void {
    if (this.hasEnded) return;
    this.#end = reason;
    this.#scheduleFlush();
  }

  /** An end that comes at once: drops what waits, and an end that was not told yet. */
  cut(reason: CloseReason): void {
    if (this.#state.name === 'closed') return;
    this.#end = reason;
    this.#isDrainDue = false;
    this.#dropFrames();
    this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    if (this.#isFlushDue || this.#state.name === 'unstarted') return;
    this.#isFlushDue = true;
    queueMicrotask(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#state.name === 'unstarted' || this.#state.name === 'closed') return;
    const { receiver } = this.#state;
    this.#deliverFrames(receiver);
    if (this.#isDrainDue) {
      this.#isDrainDue = false;
      receiver.onDrain();
    }
    if (this.#end === undefined || this.#frames.length > 0) return;
    this.#state = { name: 'closed' };
    receiver.onClose(this.#end);
  }

  /** Every callback may pause, close or abort, so the state is looked at again before each frame. */
  #deliverFrames(receiver: ConnectionReceiver): void {
    while (this.#state.name === 'flowing' && this.#next < this.#frames.length) {
      const frame = this.#frames[this.#next++]!;
      this.#bytes -= frameSize(frame);
      if (this.#next === this.#frames.length) this.#dropFrames();
      receiver.onFrame(frame);
    }
  }

  #dropFrames(): void {
    const wasEmpty = this.#frames.length === 0;
    this.#frames = [];
    this.#next = 0;
    this.#bytes = 0;
    if (!wasEmpty) this.#onEmpty();
  }
}
