/** Every error code of this package: what happened, and the HTTP status that a peer is answered with where there is one. */
export const transportErrors = {
  TRANSPORT_ABORTED: { message: 'The connection was aborted.' },
  TRANSPORT_CLOSED: { message: 'The connection is closed.' },
  TRANSPORT_FAILED: { message: 'The connection broke.' },
  TRANSPORT_CONNECT_FAILED: { message: 'The transport could not connect.' },
  TRANSPORT_HTTP_FAILED: { message: 'An HTTP request failed.' },
  TRANSPORT_HTTP_STATUS: { message: 'An HTTP request was answered with an unexpected status.' },
  TRANSPORT_INVALID_OPTION: { message: 'An option is not valid.' },
  TRANSPORT_INVALID_URL: { message: 'The URL of the connection is not valid.' },
  TRANSPORT_LEFT_OUT: { message: 'The transport was left out.' },
  TRANSPORT_NEGOTIATE_REFUSED: { message: 'The server refused to negotiate.' },
  TRANSPORT_NO_TRANSPORT: { message: 'No transport could be connected.' },
  TRANSPORT_RECEIVE_BUFFER_FULL: { message: 'More came in than may wait for its receiver.' },
  TRANSPORT_TIMEOUT: { message: 'The other end took too long.' },
  TRANSPORT_TOO_MANY_REDIRECTS: { message: 'The negotiation was redirected too often.' },
  TRANSPORT_UNAVAILABLE: { message: 'The transport does not exist in this environment.' },
} as const satisfies Record<string, TransportErrorEntry>;

interface TransportErrorEntry {
  readonly message: string;
  readonly status?: number;
}

export type TransportErrorCode = keyof typeof transportErrors;

const brand = Symbol.for('@hubwire/transports/TransportError');

/** An error of the transport layer. `code` is stable; `docs/errors.md` lists them all. */
export class TransportError extends Error {
  readonly code: TransportErrorCode;
  readonly [brand] = true;

  /** `detail` is appended to the code's own sentence. */
  constructor(code: TransportErrorCode, detail?: string, options?: ErrorOptions) {
    const { message } = transportErrors[code];
    super(detail === undefined ? message : `${message} ${detail}`, options);
    this.name = 'TransportError';
    this.code = code;
  }
}

/** Recognises a `TransportError` also when two copies of this package are loaded. */
export function isTransportError(value: unknown): value is TransportError {
  return typeof value === 'object' && value !== null && brand in value;
}
