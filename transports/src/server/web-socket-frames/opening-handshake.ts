import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpRejection } from '../http-rejection.ts';

const version = '13';
const keyForm = /^[+/0-9A-Za-z]{22}==$/u;
const tokenForm = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/u;
/** RFC 6455, section 1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The head of the answer to a client's opening handshake (RFC 6455, section 4.2). Of the subprotocols that it offers it
 * gets the first, since a client that offers any fails without one. Throws an `HttpRejection`.
 */
export function answerOpening({ method, headers }: IncomingMessage): string {
  if (method !== 'GET') throw new HttpRejection(405, 'A WebSocket is opened by GET', { headers: { Allow: 'GET' } });
  const key = headers['sec-websocket-key'];
  if (key === undefined || !keyForm.test(key))
    throw new HttpRejection(400, 'Sec-WebSocket-Key is missing or not valid');
  if (headers['sec-websocket-version'] !== version) {
    const headers = { Upgrade: 'websocket', 'Sec-WebSocket-Version': version };
    throw new HttpRejection(426, `Only version ${version} of WebSockets is spoken here`, { headers });
  }
  const subprotocol = firstSubprotocol(headers['sec-websocket-protocol']);
  const accept = hash('sha1', `${key}${acceptSuffix}`, 'base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return [...lines, '', ''].join('\r\n');
}

function firstSubprotocol(list: string | undefined): string | undefined {
  if (list === undefined) return undefined;
  const offered = list.split(',').map((each) => each.trim());
  const isValid = offered.every((each) => tokenForm.test(each)) && new Set(offered).size === offered.length;
  if (!isValid) throw new HttpRejection(400, 'Sec-WebSocket-Protocol is not valid');
  return offered[0];
}
