import { connectionErrorTexts } from '#error-texts';
import type { connectionErrorTexts as allTexts } from './error-texts.ts';

/** The codes of a `TransportError`. */
export type ConnectionErrorCode =
  | keyof typeof allTexts
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
