import { TransportError } from '../errors.ts';

/** Makes `url` absolute: against `base`, or against the page where there is one. `ws:` and `wss:` become `http:` and `https:`. */
export function resolveUrl(url: string, base?: string): string {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  try {
    const resolved = new URL(url.replace(/^ws/, 'http'), base ?? document?.baseURI ?? location?.href);
    resolved.hash = '';
    if (resolved.protocol.startsWith('http')) return resolved.href;
  } catch {
    // Told below, with what would have been right.
  }
  throw new TransportError('TRANSPORT_INVALID_URL', `"${url}" is not an absolute http or https URL.`);
}

/** Appends a query parameter and leaves the others as they were written. */
export function withQuery(url: string, name: string, value: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}

/** The URL as it may be shown: a query holds tokens. */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*/, '');
}
