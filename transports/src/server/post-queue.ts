import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Frame } from '../connection.ts';
import type { Deadlines } from './deadlines.ts';
import type { EndpointReports } from './endpoint-reports.ts';
import { answerRejection, answerText, reject } from './http-rejection.ts';
import { readBody, type BodyResult } from './request-body.ts';

export interface PostQueueLimits {
  readonly maximumFrameBytes: number;
  readonly maximumPendingPosts: number;
  /** When the body whose turn it is has to be complete. */
  readonly deadlines: Deadlines;
  readonly reports: EndpointReports;
}

interface Recipient {
  receive(frame: Frame, taken: () => void): void;
}

interface Entry {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  step: 'unchecked' | 'admitted' | 'reading' | 'offered';
}

/** The POST requests of one connection, worked through one after the other in the order of their arrival. */
export class PostQueue {
  readonly #recipient: Recipient;
  readonly #limits: PostQueueLimits;
  #entries: Entry[] = [];

  constructor(recipient: Recipient, limits: PostQueueLimits) {
    this.#recipient = recipient;
    this.#limits = limits;
  }

  /**
   * Gives a request its place in the order; its body is read only when those before it were taken, so that little is in
   * memory. The returned function lets it go on, once its user is known. `undefined`: too many wait.
   */
  add(request: IncomingMessage, response: ServerResponse): (() => void) | undefined {
    if (this.#entries.length >= this.#limits.maximumPendingPosts) return undefined;
    const entry: Entry = { request, response, step: 'unchecked' };
    this.#entries.push(entry);
    response.once('close', () => this.#abandon(entry));
    return () => {
      entry.step = 'admitted';
      this.#advance();
    };
  }

  /** The connection is over: answers what waits. */
  close(): void {
    const entries = this.#entries;
    this.#entries = [];
    for (const { response } of entries) answerRejection(response, reject('TRANSPORT_UNKNOWN_CONNECTION'));
  }

  #advance(): void {
    const entry = this.#entries[0];
    if (entry?.step !== 'admitted') return;
    entry.step = 'reading';
    const { maximumFrameBytes: maximumBytes, deadlines } = this.#limits;
    readBody(entry.request, { maximumBytes, deadlines }, (body) => this.#offer(entry, body));
  }

  #offer(entry: Entry, body: BodyResult): void {
    if (this.#entries[0] !== entry) return;
    if (body === undefined) this.#remove(entry);
    else if (body instanceof Error) {
      this.#limits.reports.refused(body);
      answerRejection(entry.response, body);
      this.#remove(entry);
    } else {
      entry.step = 'offered';
      this.#recipient.receive(body, () => {
        answerText(entry.response, 200);
        this.#remove(entry);
      });
    }
  }

  /** The client went away. A body that is being read reports it itself, and one that was offered still counts. */
  #abandon(entry: Entry): void {
    if (entry.step === 'unchecked' || entry.step === 'admitted') this.#remove(entry);
  }

  #remove(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return;
    this.#entries.splice(index, 1);
    if (index === 0) this.#advance();
  }
}
