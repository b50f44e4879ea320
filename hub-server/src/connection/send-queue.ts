import type { Payload } from '@hubwire/hub-protocol';
import { MessageWriter, type FrameSink } from './message-writer.ts';
import { TransportError, type Connection } from '@hubwire/transports';
import { HubServerError } from '../errors.ts';
import type { PendingDelivery } from '../lifetime/hub-peer.ts';
import { Drain } from './drain.ts';
import { FrameWriter } from './frame-writer.ts';
import { HeldMessages, type OutboundMessage } from './held-messages.ts';
import type { SendQueueOwner } from './send-queue-owner.ts';
import { WaitingSends } from './waiting-sends.ts';

export interface SendQueueParts {
  readonly connection: Pick<Connection, 'send' | 'bufferedBytes' | 'abort'>;
  readonly owner: SendQueueOwner;
  readonly options: { readonly sendQueueBytes: number; readonly sendQueueMessages: number };
  /** The messages of a turn leave joined in one frame, as text or as bytes, or each in a frame of its own. */
  readonly framing: 'Text' | 'Binary' | 'separate';
}

/**
 * - `writable`: messages go to the transport as they come.
 * - `full`: the transport said so; messages are held until it has drained.
 * - `finished`: the connection closes or is being aborted. Nothing is queued any more, and streams wait for the end.
 * - `over`: the connection has ended. Nobody waits.
 */
type SendQueueState = 'writable' | 'full' | 'finished' | 'over';

/** How much may be written in a turn before it is sent and the bounds are looked at; how much is passed on at once. */
const turnBytes = 131_072;
const batchBytes = 65_536;
/** The longest length prefix; a record separator is shorter. */
const framingBytes = 5;
/** What sends that can wait take of a full queue at most: the rest is left to what cannot, such as results. */
const patientShare = 0.5;

/**
 * Everything on its way to one connection, in its order and within `sendQueueBytes` and `sendQueueMessages`: what this
 * turn has written, what is held, and by its bytes what the transport has buffered. While the transport has room a
 * message costs a subtraction here, and nothing is allocated.
 */
export class SendQueue implements FrameSink {
  readonly #connection: SendQueueParts['connection'];
  readonly #owner: SendQueueOwner;
  readonly #options: SendQueueParts['options'];
  readonly #outlet: MessageWriter | FrameWriter;
  /** So many that `sendQueueMessages` of them use up the credit of a turn. */
  readonly #bytesPerMessage: number;
  #state: SendQueueState = 'writable';
  /** What may be written before the bounds are looked at again, estimated from above; negative unless writable. */
  #credit = 0;
  #held: HeldMessages | undefined;
  #waiting: WaitingSends | undefined;
  #drain: Drain | undefined;

  constructor({ connection, owner, options, framing }: SendQueueParts) {
    this.#connection = connection;
    this.#owner = owner;
    this.#options = options;
    this.#outlet = framing === 'separate' ? new FrameWriter(this) : new MessageWriter(this, framing);
    const largestCredit = Math.min(turnBytes, options.sendQueueBytes);
    this.#bytesPerMessage = Math.max(framingBytes, Math.ceil(largestCredit / options.sendQueueMessages));
    this.#moveTo('writable');
  }

  /** What is held, and what the transport has buffered. */
  get bytes(): number {
    return this.#connection.bufferedBytes + (this.#held?.bytes ?? 0);
  }

  /**
   * The way of nearly every message: to the transport, with this turn's others. `false` when it needs a closer look. A
   * payload that goes to other connections too is `isShared`.
   */
  passAtOnce(payload: Payload, isShared = false): boolean {
    // A code unit takes three bytes at most.
    const bytes = typeof payload === 'string' ? payload.length * 3 : payload.byteLength;
    const credit = this.#credit - bytes - this.#bytesPerMessage;
    if (credit < 0) return false;
    this.#credit = credit;
    this.#outlet.write(payload, isShared);
    return true;
  }

  /** Queues what must arrive. `false`, and nothing is done, for what no queue of this size could take. */
  write(payload: Payload): boolean {
    if (this.passAtOnce(payload)) return true;
    const message = this.measure(payload);
    if (message === undefined) return false;
    if (!this.offer(message)) this.giveUp();
    return true;
  }

  /** A message that `passAtOnce` did not take; `undefined` for one that is larger than the queue may ever be. */
  measure(payload: Payload): OutboundMessage | undefined {
    const bytes = framingBytes + (typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength);
    return bytes > this.#options.sendQueueBytes ? undefined : { payload, bytes };
  }

  /** Queues a message; `false` when there is no room for it. After the end it does nothing. */
  offer(message: OutboundMessage, key?: string): boolean {
    if (this.#isFinished) return true;
    this.#sendTurn();
    if (!this.#hasRoom(message.bytes)) return false;
    if (this.#isWritable) {
      this.#credit -= message.bytes + this.#bytesPerMessage;
      this.#outlet.write(message.payload);
    } else {
      this.#held ??= new HeldMessages();
      this.#held.add(message, key);
    }
    return true;
  }

  /** Queues a message only if the transport takes it; `false` when it does not. */
  offerVolatile(message: OutboundMessage): boolean {
    this.#sendTurn();
    return this.#state !== 'full' && this.offer(message);
  }

  /** Puts a message in the place of one that is held under the same key; `false` when there is none. */
  replace(message: OutboundMessage, key: string): boolean {
    const held = this.#held?.find(key);
    if (held === undefined) return false;
    if (this.#hasRoom(message.bytes - held.bytes, 0)) this.#held?.replace(key, message);
    else this.giveUp();
    return true;
  }

  /** Queues a message now, or when there is room; what it returns is still to be queued. */
  wait(message: OutboundMessage): PendingDelivery | undefined {
    if (this.#isFinished) return undefined;
    const waiting = (this.#waiting ??= new WaitingSends());
    if (waiting.size === 0 && this.#offerPatiently(message)) return undefined;
    const { sendQueueBytes, sendQueueMessages } = this.#options;
    if (waiting.bytes + message.bytes <= sendQueueBytes && waiting.size < sendQueueMessages)
      return waiting.add(message);
    this.giveUp();
    return undefined;
  }

  /** Takes the frames that the outlet makes. */
  send(frame: Payload): boolean {
    this.#owner.frameSent();
    const hasRoom = this.#connection.send(frame);
    if (this.#isWritable) this.#moveTo(hasRoom ? 'writable' : 'full');
    return hasRoom;
  }

  /** When there is room for more; `undefined` when there is room now. */
  whenWritable(): Promise<void> | undefined {
    if (this.#isWritable || this.#state === 'over') return undefined;
    this.#drain ??= new Drain();
    return this.#drain.promise;
  }

  /** The transport has sent everything that it had. */
  drained(): void {
    if (this.#state !== 'full') return;
    this.#moveTo('writable');
    this.#passHeld();
    if (this.#isWritable) this.#release();
    this.#admitWaiting();
  }

  /** Lets those in who wait and have room by now: a transport that was never full tells of no drain. */
  retryWaiting(): void {
    if (this.#isWritable) this.#admitWaiting();
  }

  /** Hands all that is queued to the transport, which is about to close. */
  finish(): void {
    if (this.#isFinished) return;
    for (let next = this.#held?.take(); next !== undefined; next = this.#held?.take()) this.#outlet.write(next.payload);
    this.#outlet.flush();
    this.#leave('finished');
  }

  /** Lets a client go that does not read. */
  giveUp(): void {
    if (this.#isFinished) return;
    const { bytes } = this;
    const messages = this.#held?.size ?? 0;
    const most = Math.max(messages, this.#waiting?.size ?? 0);
    const limit = most < this.#options.sendQueueMessages ? 'sendQueueBytes' : 'sendQueueMessages';
    this.#leave('finished');
    this.#owner.slowConsumer({ bytes, messages, limit });
    const cause = new HubServerError('HUB_SLOW_CONSUMER');
    this.#connection.abort(new TransportError('TRANSPORT_ABORTED', undefined, { cause }));
  }

  /** The connection has ended. */
  end(): void {
    this.#leave('over');
    this.#release();
  }

  // Getters, because what is called between two looks at the state may change it.
  get #isWritable(): boolean {
    return this.#state === 'writable';
  }

  get #isFinished(): boolean {
    return this.#state === 'finished' || this.#state === 'over';
  }

  #moveTo(state: SendQueueState): void {
    this.#state = state;
    const room = this.#options.sendQueueBytes - this.#connection.bufferedBytes;
    this.#credit = state === 'writable' ? Math.min(turnBytes, room) : -1;
  }

  #leave(state: 'finished' | 'over'): void {
    this.#moveTo(state);
    this.#held = undefined;
    this.#waiting?.releaseAll();
  }

  /** Sends what this turn has written, so that the transport knows of it and says how full it is. */
  #sendTurn(): void {
    if (!this.#isWritable) return;
    this.#outlet.flush();
    if (this.#isWritable) this.#moveTo('writable');
  }

  #hasRoom(bytes: number, messages = 1, share = 1): boolean {
    const { sendQueueBytes, sendQueueMessages } = this.#options;
    const size = (this.#held?.size ?? 0) + messages;
    return this.bytes + bytes <= sendQueueBytes * share && size <= sendQueueMessages * share;
  }

  #offerPatiently(message: OutboundMessage): boolean {
    if (this.passAtOnce(message.payload)) return true;
    this.#sendTurn();
    return (this.#isWritable || this.#hasRoom(message.bytes, 1, patientShare)) && this.offer(message);
  }

  #passHeld(): void {
    let bytes = 0;
    for (let next = this.#nextHeld(); next !== undefined; next = this.#nextHeld()) {
      this.#outlet.write(next.payload);
      bytes += next.bytes;
      if (bytes < batchBytes) continue;
      this.#outlet.flush();
      bytes = 0;
    }
    this.#outlet.flush();
  }

  #nextHeld(): OutboundMessage | undefined {
    return this.#isWritable ? this.#held?.take() : undefined;
  }

  #admitWaiting(): void {
    const waiting = this.#waiting;
    for (let next = waiting?.first; next !== undefined; next = waiting?.first) {
      if (!this.#offerPatiently(next.message)) return;
      waiting?.release(next);
    }
  }

  #release(): void {
    this.#drain?.resolve();
    this.#drain = undefined;
  }
}
