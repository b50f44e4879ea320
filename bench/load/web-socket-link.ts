import type { Socket } from 'node:net';
import { bytesOf, type Codec, type Message, type Span, type Visit } from '../contenders/codec.ts';
import { Conversation } from './conversation.ts';
import { FrameScanner } from './frame-scanner.ts';
import { makeRing, pieceOf, type Link, type LinkOptions, type Ring } from './link.ts';
import { maskedFrame, pongFrame } from './masked-frame.ts';
import { openSocket, openTimeoutMs } from './open-socket.ts';

const headEnd = '\r\n\r\n';
const ping = 9;
const close = 8;

/** Opens a WebSocket by hand, on a bare socket. */
export function openWebSocketLink(options: LinkOptions): Promise<Link> {
  return new Promise((resolve, reject) => {
    const link = new WebSocketLink(options, () => resolve(link), reject);
  });
}

class WebSocketLink implements Link {
  session = '';
  onMessage: Visit = () => {};
  onTurn: () => void = () => {};
  onDrain: () => void = () => {};
  readonly #codec: Codec;
  readonly #socket: Socket;
  readonly #scanner = new FrameScanner((opcode, payload) => this.#takeFrame(opcode, payload));
  readonly #onLost: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  // Both are undefined once they are over.
  #head: string | undefined = '';
  #conversation: Conversation | undefined;
  #isClosing = false;

  constructor({ port, codec, onLost }: LinkOptions, opened: () => void, failed: (error: Error) => void) {
    this.#codec = codec;
    this.#onLost = (error) => {
      failed(error);
      onLost(error);
    };
    this.#socket = openSocket(port, { take: (bytes) => this.#take(bytes), lost: (error) => this.#fail(error) });
    this.#timer = setTimeout(() => this.#fail(new Error(`No connection within ${openTimeoutMs} ms.`)), openTimeoutMs);
    this.#conversation = new Conversation(
      codec,
      (message) => this.#socket.write(maskedFrame(message)),
      (session) => {
        this.session = session;
        this.#conversation = undefined;
        clearTimeout(this.#timer);
        opened();
      },
    );
    this.#socket.once('connect', () => this.#socket.write(upgradeRequest(port, codec.path)));
    this.#socket.on('drain', () => this.onDrain());
  }

  ring(messages: readonly Message[]): Ring {
    return makeRing(messages.map(maskedFrame));
  }

  send(ring: Ring, from: number, count: number): boolean {
    return this.#socket.write(pieceOf(ring, from, count));
  }

  close(): void {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    this.#socket.resetAndDestroy();
  }

  #take(bytes: Buffer): void {
    if (this.#head === undefined) this.#scanner.push(bytes);
    else this.#takeHead(this.#head + bytes.toString('latin1'));
    this.onTurn();
  }

  #takeHead(head: string): void {
    const end = head.indexOf(headEnd);
    this.#head = head;
    if (end < 0) return;
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`The upgrade was refused: ${head.slice(0, 200)}`);
    this.#head = undefined;
    this.#conversation?.start();
    const rest = Buffer.from(head.slice(end + headEnd.length), 'latin1');
    if (rest.length > 0) this.#scanner.push(rest);
  }

  #takeFrame(opcode: number, payload: Span): void {
    if (opcode === ping) this.#socket.write(pongFrame(bytesOf(payload)));
    if (opcode === close) this.#fail(new Error(`The server said goodbye: ${bytesOf(payload).toString('utf8', 2)}`));
    if (opcode >= close) return;
    this.#codec.scan(payload, this.#visit);
  }

  readonly #visit: Visit = (kind, message) => {
    if (this.#conversation !== undefined) this.#conversation.take(message);
    else if (kind === 'ping') this.#answerPing();
    else this.onMessage(kind, message);
  };

  #answerPing(): void {
    const pong = this.#codec.pong?.(this.session);
    if (pong !== undefined) this.#socket.write(maskedFrame(pong));
  }

  #fail(error: Error): void {
    if (this.#isClosing) return;
    this.close();
    this.#onLost(error);
  }
}

function upgradeRequest(port: number, path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  return `${lines.join('\r\n')}${headEnd}`;
}
