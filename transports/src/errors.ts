/** Every error code of this package: what happened, and the HTTP status that a peer is answered with where there is one. */
export const transportErrors = {
  TRANSPORT_ABORTED: { message: 'The connection was aborted.' },
  TRANSPORT_CLOSED: { message: 'The connection is closed.' },
  TRANSPORT_FAILED: { message: 'The connection broke.' },
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
