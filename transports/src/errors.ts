/** What connections fail with when nothing more is known: the other codes always come with a text of their own. */
export const connectionErrorTexts = {
  TRANSPORT_ABORTED: 'The connection was aborted.',
  TRANSPORT_CLOSED: 'The connection is closed.',
  TRANSPORT_FAILED: 'The connection broke.',
  TRANSPORT_NEVER_USED: 'It was never used.',
  TRANSPORT_DISCONNECTED: 'The client did not come back.',
  TRANSPORT_SEND_TIMEOUT: 'The peer stopped reading.',
  TRANSPORT_FRAME_TOO_LARGE: 'The peer sent too much at once.',
  TRANSPORT_RECEIVER_FAILED: 'The owner of the connection threw.',
  TRANSPORT_RECEIVE_BUFFER_FULL: 'More came in than may wait.',
  TRANSPORT_UNAUTHENTICATED: 'Authentication required',
} as const;

/** The codes of a `TransportError`. */
export type ConnectionErrorCode =
  | keyof typeof connectionErrorTexts
  | 'TRANSPORT_CONNECT_FAILED'
  | 'TRANSPORT_HTTP_FAILED'
  | 'TRANSPORT_HTTP_STATUS'
  | 'TRANSPORT_INVALID_NEGOTIATION'
  | 'TRANSPORT_INVALID_OPTIONS'
  | 'TRANSPORT_INVALID_URL'
  | 'TRANSPORT_LEFT_OUT'
  | 'TRANSPORT_NEGOTIATE_REFUSED'
  | 'TRANSPORT_NO_TRANSPORT'
  | 'TRANSPORT_TIMEOUT'
  | 'TRANSPORT_TOO_MANY_REDIRECTS'
  | 'TRANSPORT_UNAVAILABLE';

const brand = Symbol.for('@hubwire/transports/TransportError');

/** An error of the transport layer. `code` is stable; `docs/errors.md` lists them all. */
export class TransportError extends Error {
  readonly code: ConnectionErrorCode;
  readonly [brand] = true;

  /** `message` is the code's own text unless there is more to say. */
  constructor(code: ConnectionErrorCode, message?: string, options?: ErrorOptions) {
    const texts: Partial<Record<ConnectionErrorCode, string>> = connectionErrorTexts;
    super(message ?? texts[code] ?? code, options);
    this.name = 'TransportError';
    this.code = code;
  }
}

/** Recognises a `TransportError` also when two copies of this package are loaded. */
export function isTransportError(value: unknown): value is TransportError {
  return typeof value === 'object' && value !== null && brand in value;
}
