import { isTransportError, TransportError, type ConnectionErrorCode } from '../errors.ts';

/** Whatever was thrown, as a `TransportError`: of `code`, unless it is one. */
export function toTransportError(reason: unknown, code: ConnectionErrorCode, place = ''): TransportError {
  if (isTransportError(reason)) return reason;
  // What `fetch` says itself is always the same; the cause below it tells what went wrong.
  return new TransportError(code, place + String(Object(reason).cause ?? reason), { cause: reason });
}
