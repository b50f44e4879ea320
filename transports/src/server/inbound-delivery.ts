import type { CloseReason, ConnectionReceiver, Frame } from '../connection.ts';

interface WaitingFrame {
  readonly frame: Frame;
  readonly taken: (() => void) | undefined;
}

/**
 * `held`: not started, or paused. `open`: the next frame goes straight to the receiver. `busy`: the receiver is being
 * called, or will be in a microtask. `over`: `onClose` was called.
 */
type Flow = 'held' | 'open' | 'busy' | 'over';

/**
 * Hands frames to the owner of a connection under the promises of `ConnectionReceiver`. A frame that arrives while
 * nothing waits is delivered at once, without a queue or a microtask in between.
 */
export class InboundDelivery {
  readonly #onFault: (error: unknown) => void;
  #flow: Flow = 'held';
  #receiver: ConnectionReceiver | undefined;
  #waiting: WaitingFrame[] | undefined;
  #end: CloseReason | undefined;

  /** `onFault` is told what a receiver threw, which it must not. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  get isHeld(): boolean {
    return this.#flow === 'held';
  }

  start(receiver: ConnectionReceiver): void {
    if (this.#receiver !== undefined) throw new Error('A connection can be started only once.');
    this.#receiver = receiver;
    this.#reopen();
  }

  pause(): void {
    if (this.#flow !== 'over') this.#flow = 'held';
  }

  resume(): void {
    if (this.#flow === 'held' && this.#receiver !== undefined) this.#reopen();
  }

  push(frame: Frame, taken?: () => void): void {
    if (this.#flow === 'over' || this.#end !== undefined) return;
    if (this.#flow === 'open') {
      this.#flow = 'busy';
      this.#deliver(frame, taken);
      this.#flush();
      return;
    }
    this.#waiting ??= [];
    // Before the start one frame is taken on trust: a client may post its first one before it opens the exchange.
    const isTrusted = this.#receiver === undefined && this.#waiting.length === 0;
    this.#waiting.push({ frame, taken: isTrusted ? undefined : taken });
    if (isTrusted) taken?.();
  }

  drain(): void {
    queueMicrotask(() => {
      if (this.#flow === 'over' || this.#end !== undefined) return;
      this.#guard((receiver) => receiver.onDrain());
    });
  }

  /** Also told to a receiver that takes no frames at present. */
  alive(): void {
    if (this.#flow !== 'over' && this.#end === undefined) this.#guard((receiver) => receiver.onAlive?.());
  }

  /** An orderly end: comes after the frames that wait, those aside whose sender was not told that they were taken. */
  end(reason: CloseReason): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#waiting = this.#waiting?.filter(({ taken }) => taken === undefined);
    const isWaitedFor = this.#flow === 'held' && (this.#receiver === undefined || this.#waiting?.length);
    if (this.#flow === 'open' || (this.#flow === 'held' && !isWaitedFor)) this.#reopen();
  }

  /** An end that comes at once, paused or not, and drops the frames that wait. */
  cut(reason: CloseReason): void {
    if (this.#flow === 'over') return;
    this.#end = reason;
    this.#waiting = undefined;
    if (this.#receiver !== undefined) this.#reopen();
  }

  #reopen(): void {
    this.#flow = 'busy';
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    while (this.#isBusy() && this.#waiting !== undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) this.#waiting = undefined;
      else this.#deliver(next.frame, next.taken);
    }
    if (!this.#isBusy()) return;
    if (this.#end === undefined) {
      this.#flow = 'open';
      return;
    }
    const reason = this.#end;
    this.#flow = 'over';
    this.#guard((receiver) => receiver.onClose(reason));
  }

  /** A method, because every callback may pause or end the delivery. */
  #isBusy(): boolean {
    return this.#flow === 'busy';
  }

  /** `taken` comes first: what the receiver does with the frame, closing included, is not the sender's concern. */
  #deliver(frame: Frame, taken: (() => void) | undefined): void {
    taken?.();
    try {
      this.#receiver?.onFrame(frame);
    } catch (error) {
      this.#onFault(error);
    }
  }

  #guard(call: (receiver: ConnectionReceiver) => void): void {
    if (this.#receiver === undefined) return;
    try {
      call(this.#receiver);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
