import type { ServerResponse } from 'node:http';
import type { Frame } from '../connection.ts';
import type { Clock } from './clock.ts';
import type { ResolvedConnectionEndpointOptions } from './connection-endpoint-options.ts';
import { answerText } from './http-rejection.ts';
import { frameBytes } from './outbox.ts';
import { opensWebSocket } from './opens-web-socket.ts';
import type { CarriedConnection, Carrier, Exchange, ServerTransport } from './server-transport.ts';
import { writeProgress } from './write-progress.ts';

type PollOptions = Pick<ResolvedConnectionEndpointOptions, 'longPollingTimeoutMs' | 'sendBufferBytes'>;

/** Long polling: each GET takes what there is to send, or waits for it; the client's frames come by POST. */
export class LongPollingTransport implements ServerTransport {
  readonly name = 'LongPolling';
  readonly transferFormats = ['Text', 'Binary'] as const;
  readonly hasInherentKeepAlive = true;
  readonly receivesByPost = true;
  readonly endsByDelete = true;
  readonly #options: PollOptions;
  readonly #clock: Clock;
  /** Connections that had their first poll. */
  readonly #known = new WeakSet<CarriedConnection>();

  constructor(options: PollOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  accepts({ kind, request }: Exchange): boolean {
    return kind === 'request' && !opensWebSocket(request);
  }

  run(exchange: Exchange, open: () => CarriedConnection): void {
    if (exchange.kind !== 'request' || exchange.response.destroyed) return;
    const { response } = exchange;
    response.setHeader('Pragma', 'no-cache');
    response.setHeader('Expires', 'Thu, 01 Jan 1970 00:00:00 GMT');
    const connection = open();
    const poll = new Poll(response, connection, { ...this.#options, startedMs: this.#clock.now() });
    const isFirst = !this.#known.has(connection);
    this.#known.add(connection);
    // The first one only tells the client that the connection stands, so it is answered before anything is sent by it.
    if (isFirst) poll.answer();
    connection.attach(poll);
  }
}

/**
 * `waiting`: nothing to send. `filling`: frames of this turn of the event loop are gathered. `answering`: the answer is
 * being written, and what is sent meanwhile is for the next poll. `over`.
 */
type PollState = 'waiting' | 'filling' | 'answering' | 'over';

interface PollSetting extends PollOptions {
  readonly startedMs: number;
}

class Poll implements Carrier {
  readonly #response: ServerResponse;
  readonly #connection: CarriedConnection;
  readonly #setting: PollSetting;
  #state: PollState = 'waiting';
  #inAnswer: readonly Frame[] = [];
  #frames: Frame[] = [];
  #bytes = 0;

  constructor(response: ServerResponse, connection: CarriedConnection, setting: PollSetting) {
    this.#response = response;
    this.#connection = connection;
    this.#setting = setting;
    response.on('error', () => {});
    response.once('finish', () => this.#settle([]));
    response.once('close', () => this.#settle(this.#inAnswer));
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }

  get progress(): number {
    return writeProgress(this.#response.socket);
  }

  send(frame: Frame): boolean {
    this.#frames.push(frame);
    this.#bytes += frameBytes(frame);
    if (this.#state === 'waiting') {
      this.#state = 'filling';
      process.nextTick(() => this.#flush());
    }
    return this.#bytes < this.#setting.sendBufferBytes;
  }

  close(): void {
    if (this.#state === 'filling') this.#flush();
    else if (this.#state === 'waiting') {
      this.#state = 'over';
      answerText(this.#response, 204);
      this.#connection.ended(this, { kind: 'local' });
    }
  }

  terminate(): void {
    const wasAnswering = this.#state === 'answering';
    this.#state = 'over';
    if (!wasAnswering) answerText(this.#response, 204);
    else if (this.#inAnswer.length > 0) this.#response.destroy();
  }

  /** The answer that is on its way does not count when the client asks again before it has it. */
  supersede(): void {
    if (this.#state !== 'answering') answerText(this.#response, 204);
    else if (this.#inAnswer.length > 0) this.#response.destroy();
    this.#settle(this.#inAnswer);
  }

  tick(nowMs: number): void {
    if (this.#state === 'waiting' && nowMs - this.#setting.startedMs >= this.#setting.longPollingTimeoutMs) {
      this.answer();
    }
  }

  /** Ends the poll with what was gathered. */
  answer(): void {
    this.#state = 'answering';
    this.#inAnswer = this.#frames;
    this.#frames = [];
    this.#response.statusCode = 200;
    this.#response.setHeader('Content-Type', this.#bytes > 0 ? 'application/octet-stream' : 'text/plain');
    this.#response.setHeader('Content-Length', this.#bytes);
    this.#response.end(join(this.#inAnswer));
  }

  #flush(): void {
    if (this.#state === 'filling') this.answer();
  }

  #settle(unsent: readonly Frame[]): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#bytes = 0;
    this.#connection.ended(this, { kind: 'detached', unsent: [...unsent, ...this.#frames] });
  }
}

/** Frames are whole messages, so those of one answer need nothing between them. */
function join(frames: readonly Frame[]): Frame {
  const texts = frames.filter((frame) => typeof frame === 'string');
  if (texts.length === frames.length) return texts.join('');
  return Buffer.concat(frames.map((frame) => (typeof frame === 'string' ? Buffer.from(frame) : frame)));
}
