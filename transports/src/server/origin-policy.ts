import type { IncomingMessage } from 'node:http';
import type { AllowedOrigins } from './connection-endpoint-options.ts';

/** Whether the page that sent the request, if one did, may use this endpoint. */
export function isOriginAllowed(allowed: AllowedOrigins, request: IncomingMessage): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (allowed === '*') return true;
  if (allowed === 'same-origin') return isSameOrigin(origin, request.headers.host);
  // Nothing but `true` counts: a promise, given by mistake, is truthy.
  if (typeof allowed === 'function') {
    const verdict: unknown = allowed(origin, request);
    return verdict === true;
  }
  return allowed.includes(origin);
}

/**
 * Compares host and port only: behind a proxy that ends TLS the scheme seen here is not the one the browser used. `null`
 * and anything else that is no origin is foreign.
 */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin.toLowerCase()) return false;
  const own = `${url.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === url.host;
}
