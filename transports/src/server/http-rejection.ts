import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { transportErrors, type TransportErrorCode } from '../error-table.ts';

export interface HttpRejectionOptions extends ErrorOptions {
  readonly headers?: OutgoingHttpHeaders;
  readonly code?: TransportErrorCode;
}

/** Thrown by `authenticate` or `negotiate` to choose the answer: `status` with `message` as its plain text body. */
export class HttpRejection extends Error {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly code: TransportErrorCode | undefined;

  constructor(status: number, message: string, options: HttpRejectionOptions = {}) {
    super(message, options);
    this.name = 'HttpRejection';
    this.status = status;
    this.headers = options.headers ?? {};
    this.code = options.code;
  }
}

/** The codes whose table entry has an HTTP status. */
export type RejectionCode = {
  [TCode in TransportErrorCode]: (typeof transportErrors)[TCode] extends { readonly status: number } ? TCode : never;
}[TransportErrorCode];

export function reject(code: RejectionCode, headers: OutgoingHttpHeaders = {}): HttpRejection {
  const { message, status } = transportErrors[code];
  return new HttpRejection(status, message, { code, headers });
}

/** Answers with a plain text body, unless the exchange is over already. */
export function answerText(response: ServerResponse, status: number, body = ''): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain');
  if (status !== 204) response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

export function answerRejection(response: ServerResponse, rejection: HttpRejection): void {
  if (response.headersSent || response.destroyed) return;
  for (const [name, value] of Object.entries(rejection.headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  answerText(response, rejection.status, rejection.message);
}

/** Answers an upgrade request over its bare socket and closes it. */
export function answerUpgradeRejection(socket: Duplex, rejection: HttpRejection): void {
  const headers: OutgoingHttpHeaders = {
    ...rejection.headers,
    Connection: 'close',
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(rejection.message),
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  const head = [`HTTP/1.1 ${rejection.status} ${STATUS_CODES[rejection.status] ?? ''}`, ...lines, '', ''].join('\r\n');
  socket.once('finish', () => socket.destroy());
  socket.end(head + rejection.message);
}
