import { connectionErrorTexts as texts } from './error-texts.ts';
import type { ConnectionErrorCode } from './errors.ts';

/** Every error code of this package: what happened, and the HTTP status that a peer is answered with where there is one. */
export const transportErrors = {
  TRANSPORT_ABORTED: { message: texts.TRANSPORT_ABORTED },
  TRANSPORT_CLOSED: { message: texts.TRANSPORT_CLOSED },
  TRANSPORT_FAILED: { message: texts.TRANSPORT_FAILED },
  TRANSPORT_NEVER_USED: { message: texts.TRANSPORT_NEVER_USED },
  TRANSPORT_DISCONNECTED: { message: texts.TRANSPORT_DISCONNECTED },
  TRANSPORT_SEND_TIMEOUT: { message: texts.TRANSPORT_SEND_TIMEOUT },
  TRANSPORT_FRAME_TOO_LARGE: { message: texts.TRANSPORT_FRAME_TOO_LARGE },
  TRANSPORT_RECEIVER_FAILED: { message: texts.TRANSPORT_RECEIVER_FAILED },
  TRANSPORT_RECEIVE_BUFFER_FULL: { message: texts.TRANSPORT_RECEIVE_BUFFER_FULL },
  TRANSPORT_CONNECT_FAILED: { message: 'The transport could not connect.' },
  TRANSPORT_HTTP_FAILED: { message: 'An HTTP request failed.' },
  TRANSPORT_HTTP_STATUS: { message: 'An HTTP request was answered with an unexpected status.' },
  TRANSPORT_INVALID_NEGOTIATION: { message: 'The answer to the negotiate request is not valid.' },
  TRANSPORT_INVALID_OPTIONS: { message: 'The options are not valid.' },
  TRANSPORT_INVALID_URL: { message: 'The URL of the connection is not valid.' },
  TRANSPORT_LEFT_OUT: { message: 'The transport was left out.' },
  TRANSPORT_NEGOTIATE_REFUSED: { message: 'The server refused to negotiate.' },
  TRANSPORT_NO_TRANSPORT: { message: 'No transport could be connected.' },
  TRANSPORT_TIMEOUT: { message: 'The other end took too long.' },
  TRANSPORT_TOO_MANY_REDIRECTS: { message: 'The negotiation was redirected too often.' },
  TRANSPORT_UNAVAILABLE: { message: 'The transport does not exist in this environment.' },
  TRANSPORT_METHOD_NOT_ALLOWED: { message: 'Method not allowed', status: 405 },
  TRANSPORT_ORIGIN_NOT_ALLOWED: { message: 'Origin not allowed', status: 403 },
  TRANSPORT_UNAUTHENTICATED: { message: texts.TRANSPORT_UNAUTHENTICATED, status: 401 },
  TRANSPORT_DIFFERENT_USER: { message: 'The connection belongs to a different user', status: 403 },
  TRANSPORT_ID_REQUIRED: { message: 'Connection ID required', status: 400 },
  TRANSPORT_UNKNOWN_CONNECTION: { message: 'No Connection with that ID', status: 404 },
  TRANSPORT_NOT_OFFERED: { message: 'The transport is not offered here', status: 404 },
  TRANSPORT_CANNOT_CHANGE: { message: 'Cannot change transports mid-connection', status: 400 },
  TRANSPORT_ALREADY_CONNECTED: { message: 'The connection is already in use', status: 409 },
  TRANSPORT_INVALID_UPGRADE: { message: 'A WebSocket upgrade was expected', status: 400 },
  TRANSPORT_UPGRADE_NOT_ATTACHED: {
    message: 'This server passes no WebSocket upgrades on: attach the router to it',
    status: 400,
  },
  TRANSPORT_UPGRADE_DROPPED: {
    message: 'This WebSocket came without its Upgrade header: let the proxy pass Upgrade and Connection on',
    status: 400,
  },
  TRANSPORT_POST_NOT_ALLOWED: { message: 'POST requests are not allowed for this transport', status: 405 },
  TRANSPORT_DELETE_NOT_ALLOWED: {
    message: 'Cannot terminate this connection using the DELETE endpoint',
    status: 400,
  },
  TRANSPORT_BODY_TOO_LARGE: { message: 'The request body is too large', status: 413 },
  TRANSPORT_BODY_ALREADY_READ: {
    message: 'The request body was read before the router saw it: put the router before body parsers',
    status: 400,
  },
  TRANSPORT_BODY_TIMEOUT: { message: 'The request body took too long', status: 408 },
  TRANSPORT_TOO_MANY_POSTS: { message: 'Too many requests of this connection are waiting', status: 429 },
  TRANSPORT_TOO_MANY_FROM_ADDRESS: { message: 'Too many connections from this address', status: 429 },
  TRANSPORT_SERVER_FULL: { message: 'The server takes no more connections', status: 503 },
  TRANSPORT_HOOK_TIMEOUT: { message: 'The server took too long to decide about the request', status: 503 },
  TRANSPORT_INTERNAL: { message: 'The request failed on the server', status: 500 },
} as const satisfies Record<ConnectionErrorCode, TransportErrorEntry> & Record<string, TransportErrorEntry>;

interface TransportErrorEntry {
  readonly message: string;
  readonly status?: number;
}

export type TransportErrorCode = keyof typeof transportErrors;
