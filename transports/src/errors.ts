/**
 * What connections fail with, on either end. The whole table of the package, with what an HTTP server refuses requests
 * for, is `transportErrors`: a client in a browser does not load that.
 */
export const connectionErrorTable = {
  TRANSPORT_ABORTED: { message: 'The connection was aborted.' },
  TRANSPORT_CLOSED: { message: 'The connection is closed.' },
  TRANSPORT_FAILED: { message: 'The connection broke.' },
  TRANSPORT_INVALID_OPTIONS: { message: 'The options are not valid.' },
  TRANSPORT_INVALID_NEGOTIATION: { message: 'The negotiate answer is not valid.' },
  TRANSPORT_NEVER_USED: { message: 'It was never used.' },
  TRANSPORT_DISCONNECTED: { message: 'The client did not come back.' },
  TRANSPORT_SEND_TIMEOUT: { message: 'The peer stopped reading.' },
  TRANSPORT_FRAME_TOO_LARGE: { message: 'The peer sent too much at once.' },
  TRANSPORT_RECEIVER_FAILED: { message: 'The owner of the connection threw.' },
  TRANSPORT_UNAUTHENTICATED: { message: 'Authentication required' },
  TRANSPORT_CONNECT_FAILED: { message: 'The transport could not connect.' },
  TRANSPORT_HTTP_FAILED: { message: 'An HTTP request failed.' },
  TRANSPORT_HTTP_STATUS: { message: 'The HTTP status is not what was expected.' },
  TRANSPORT_INVALID_URL: { message: 'The URL is not valid.' },
  TRANSPORT_LEFT_OUT: { message: 'The transport was left out.' },
  TRANSPORT_NEGOTIATE_REFUSED: { message: 'The server refused to negotiate.' },
  TRANSPORT_NO_TRANSPORT: { message: 'No transport could be connected.' },
  TRANSPORT_RECEIVE_BUFFER_FULL: { message: 'More came in than may wait.' },
  TRANSPORT_TIMEOUT: { message: 'The other end took too long.' },
  TRANSPORT_TOO_MANY_REDIRECTS: { message: 'There were too many redirects.' },
  TRANSPORT_UNAVAILABLE: { message: 'The transport does not exist here.' },
} as const satisfies Record<string, { readonly message: string }>;

/** The codes of a `TransportError`. */
export type ConnectionErrorCode = keyof typeof connectionErrorTable;

const brand = Symbol.for('@hubwire/transports/TransportError');

/** An error of the transport layer. `code` is stable; `docs/errors.md` lists them all. */
export class TransportError extends Error {
  readonly code: ConnectionErrorCode;
  readonly [brand] = true;

  /** `detail` is appended to the code's own sentence. */
  constructor(code: ConnectionErrorCode, detail?: string, options?: ErrorOptions) {
    const { message } = connectionErrorTable[code];
    super(detail === undefined ? message : `${message} ${detail}`, options);
    this.name = 'TransportError';
    this.code = code;
  }
}

/** Recognises a `TransportError` also when two copies of this package are loaded. */
export function isTransportError(value: unknown): value is TransportError {
  return typeof value === 'object' && value !== null && brand in value;
}
