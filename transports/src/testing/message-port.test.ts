import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, it } from 'vitest';
import {
  frameSize,
  ReceiveQueue,
  TransportError,
  type CloseReason,
  type Connection,
  type ConnectionFactory,
  type ConnectionReceiver,
  type Frame,
  type TransferFormat,
} from '../index.ts';
import { defineTransportConformance } from './index.ts';

/** How much may be on its way before `send` returns `false`. */
const sendBufferBytes = 65_536;

type Packet =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** So much of what was sent has reached the receiver. */
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'abort' };

/** A whole transport, as a user would write one: frames between threads. */
class MessagePortConnection implements Connection {
  readonly connectionId: string;
  readonly transport = 'MessagePort';
  readonly transferFormats: readonly TransferFormat[] = ['Text', 'Binary'];
  readonly hasInherentKeepAlive = true;
  readonly #port: MessagePort;
  readonly #received = new ReceiveQueue(Infinity, () => this.#acknowledge());
  #receivedBytes = 0;
  #unacknowledgedBytes = 0;
  #owesDrain = false;

  constructor(port: MessagePort, connectionId: string) {
    this.connectionId = connectionId;
    this.#port = port;
    port.on('message', (packet: Packet) => this.#onPacket(packet));
    port.on('close', () => this.#received.end(broken()));
  }

  get bufferedBytes(): number {
    return this.#received.hasEnded ? 0 : this.#unacknowledgedBytes;
  }

  start(receiver: ConnectionReceiver): void {
    this.#received.start(receiver);
  }

  send(frame: Frame): boolean {
    if (this.#received.hasEnded) return true;
    this.#unacknowledgedBytes += frameSize(frame);
    if (this.#unacknowledgedBytes > sendBufferBytes) this.#owesDrain = true;
    this.#post({ kind: 'frame', frame });
    return !this.#owesDrain;
  }

  pause(): void {
    this.#received.pause();
  }

  resume(): void {
    this.#received.resume();
  }

  close(): void {
    this.#leave({ kind: 'close' }, { kind: 'local' });
  }

  abort(error: TransportError): void {
    this.#leave({ kind: 'abort' }, { kind: 'failed', error });
  }

  #onPacket(packet: Packet): void {
    switch (packet.kind) {
      case 'frame':
        this.#receivedBytes += frameSize(packet.frame);
        this.#received.push(packet.frame);
        return;
      case 'taken':
        this.#onTaken(packet.bytes);
        return;
      case 'close':
        this.#received.end({ kind: 'remote' });
        this.#port.close();
        return;
      case 'abort':
        this.#received.cut(broken());
        this.#port.close();
    }
  }

  #acknowledge(): void {
    this.#post({ kind: 'taken', bytes: this.#receivedBytes });
    this.#receivedBytes = 0;
  }

  #onTaken(bytes: number): void {
    this.#unacknowledgedBytes -= bytes;
    if (this.#unacknowledgedBytes > 0 || !this.#owesDrain) return;
    this.#owesDrain = false;
    this.#received.drain();
  }

  /** The other end closes the port, when it has read all that was posted. */
  #leave(packet: Packet, reason: CloseReason): void {
    if (!this.#received.hasEnded) this.#post(packet);
    this.#received.cut(reason);
  }

  #post(packet: Packet): void {
    this.#port.postMessage(packet, []);
  }
}

const broken = (): CloseReason => ({ kind: 'failed', error: new TransportError('TRANSPORT_FAILED') });

/** `give` brings a port to the thread of the server, which makes a connection of it. */
function connectByMessagePort(give: (port: MessagePort, connectionId: string) => void): ConnectionFactory {
  let count = 0;
  return async (_transferFormat, signal) => {
    signal.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const connectionId = `thread-${++count}`;
    give(port2, connectionId);
    return new MessagePortConnection(port1, connectionId);
  };
}

async function open() {
  const accepted: Connection[] = [];
  const connect = connectByMessagePort((port, id) => void accepted.push(new MessagePortConnection(port, id)));
  const client = await connect('Text', AbortSignal.timeout(5_000));
  return { client, server: accepted[0] ?? client, dispose() {} };
}

defineTransportConformance(
  { name: 'MessagePort, as a user would write it', transferFormats: ['Text', 'Binary'], keepsFrames: true, open },
  { describe, it },
);
