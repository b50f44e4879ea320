import type { Socket } from 'node:net';
import type { Message, Span, Visit } from '../contenders/codec.ts';
import { Conversation } from './conversation.ts';
import { EventLineReader } from './event-line-reader.ts';
import { HttpResponseReader } from './http-response-reader.ts';
import type { HttpStyle } from './http-styles.ts';
import { makeRing, pieceOf, type Link, type LinkOptions, type OpenLink, type Ring } from './link.ts';
import { openSocket, openTimeoutMs } from './open-socket.ts';

/** Opens connections that send by POST and receive by events or polls: two sockets each. */
export function httpOpener(style: HttpStyle): OpenLink {
  return (options) =>
    new Promise((resolve, reject) => {
      const link = new HttpLink({ ...options, style }, () => resolve(link), reject);
    });
}

interface HttpLinkOptions extends LinkOptions {
  readonly style: HttpStyle;
}

/** What waits for the POST under way: a run of a ring, after messages of the conversation. */
interface Waiting {
  readonly messages: Buffer[];
  ring: Ring | undefined;
  from: number;
  count: number;
}

class HttpLink implements Link {
  session = '';
  onMessage: Visit = () => {};
  onTurn: () => void = () => {};
  onDrain: () => void = () => {};
  readonly #options: HttpLinkOptions;
  readonly #sending: Socket;
  readonly #receiving: Socket;
  readonly #failed: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting: Waiting = { messages: [], ring: undefined, from: 0, count: 0 };
  // Undefined until the first request is answered.
  #target: string | undefined;
  // Undefined once it is over.
  #conversation: Conversation | undefined;
  #isPosting = true;
  #isClosing = false;

  constructor(options: HttpLinkOptions, opened: () => void, failed: (error: Error) => void) {
    const { port, codec, style } = options;
    this.#options = options;
    this.#failed = failed;
    this.#timer = setTimeout(() => this.#fail(new Error(`No connection within ${openTimeoutMs} ms.`)), openTimeoutMs);
    this.#conversation = new Conversation(
      codec,
      (message) => this.#post(toBytes(message)),
      (session) => {
        this.session = session;
        this.#conversation = undefined;
        clearTimeout(this.#timer);
        opened();
      },
    );
    const lost = (error: Error): void => this.#fail(error);
    const posted = this.#reader((body) => this.#takePosted(body));
    this.#sending = openSocket(port, { take: (bytes) => posted.push(bytes), lost });
    this.#sending.on('drain', () => this.onDrain());
    const received = style.receiving === 'events' ? this.#eventReader() : this.#reader((body) => this.#takePoll(body));
    this.#receiving = openSocket(port, { take: (bytes) => received.push(bytes), lost });
    const { method, target } = style.first(codec);
    // A POST without a body says so.
    this.#sending.write(this.#head(method, target, method === 'POST' ? ['Content-Length: 0'] : []), 'latin1');
  }

  ring(messages: readonly Message[]): Ring {
    const { separator } = this.#options.style;
    return makeRing(messages.map((message) => Buffer.concat([toBytes(message), Buffer.from(separator)])));
  }

  /** Runs of one ring follow each other; those that come while a POST is under way go with the next. */
  send(ring: Ring, from: number, count: number): boolean {
    const waiting = this.#waiting;
    if (waiting.count === 0) {
      waiting.ring = ring;
      waiting.from = from;
    }
    waiting.count += count;
    this.#postWaiting();
    return true;
  }

  close(): void {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    this.#sending.resetAndDestroy();
    this.#receiving.resetAndDestroy();
  }

  #post(message: Buffer): void {
    this.#waiting.messages.push(message);
    this.#postWaiting();
  }

  #postWaiting(): void {
    if (this.#isPosting) return;
    const waiting = this.#waiting;
    const message = waiting.messages.shift();
    if (message !== undefined) return this.#startPost(message);
    if (waiting.count === 0) return;
    const piece = pieceOf(waiting.ring!, waiting.from, waiting.count);
    waiting.count = 0;
    this.#startPost(piece.subarray(0, piece.length - this.#options.style.separator.length));
  }

  #startPost(body: Buffer): void {
    this.#isPosting = true;
    const fields = ['Content-Type: text/plain;charset=UTF-8', `Content-Length: ${body.length}`];
    // Head and body leave together.
    this.#sending.cork();
    this.#sending.write(this.#head('POST', this.#target!, fields), 'latin1');
    this.#sending.write(body);
    this.#sending.uncork();
  }

  #takePosted(body: Buffer): void {
    if (this.#target === undefined) this.#begin(body.toString());
    this.#isPosting = false;
    this.#postWaiting();
  }

  #begin(body: string): void {
    const { style, codec } = this.#options;
    const { target, firstMessage } = style.negotiated(body, codec);
    this.#target = target;
    this.#poll();
    this.#conversation?.start();
    if (firstMessage !== undefined) this.#takeFrame({ bytes: firstMessage, start: 0, end: firstMessage.length });
  }

  #poll(): void {
    const accept = this.#options.style.receiving === 'events' ? 'text/event-stream' : '*/*';
    this.#receiving.write(this.#head('GET', this.#target!, [`Accept: ${accept}`]), 'latin1');
  }

  #takePoll(body: Buffer): void {
    this.#poll();
    const { style } = this.#options;
    if (body.length > 0) style.frames({ bytes: body, start: 0, end: body.length }, this.#takeFrame);
    this.onTurn();
  }

  /** Hands over whole bodies. */
  #reader(take: (body: Buffer) => void): HttpResponseReader {
    let parts: Buffer[] = [];
    return new HttpResponseReader({
      part: (bytes) => parts.push(Buffer.from(bytes)),
      end: () => {
        const body = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
        parts = [];
        take(body);
      },
    });
  }

  #eventReader(): HttpResponseReader {
    const lines = new EventLineReader((data) => this.#takeFrame(data));
    return new HttpResponseReader({
      part: (bytes) => {
        lines.push(bytes);
        this.onTurn();
      },
      end: () => this.#fail(new Error('The server ended the events.')),
    });
  }

  readonly #takeFrame = (frame: Span): void => this.#options.codec.scan(frame, this.#visit);

  readonly #visit: Visit = (kind, message) => {
    if (this.#conversation !== undefined) return this.#conversation.take(message);
    if (kind !== 'ping') return this.onMessage(kind, message);
    const pong = this.#options.codec.pong?.(this.session);
    if (pong !== undefined) this.#post(toBytes(pong));
  };

  #head(method: string, target: string, fields: readonly string[] = []): string {
    return [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...fields, '', ''].join('\r\n');
  }

  #fail(error: Error): void {
    if (this.#isClosing) return;
    this.close();
    this.#failed(error);
    this.#options.onLost(error);
  }
}

function toBytes(message: Message): Buffer {
  return typeof message === 'string'
    ? Buffer.from(message)
    : Buffer.from(message.buffer, message.byteOffset, message.length);
}
