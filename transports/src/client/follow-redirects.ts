import { TransportError } from '../errors.ts';

const maximumRedirects = 5;
/** Those that keep method and body (RFC 9110, section 15.4). */
const keepsMethod: readonly number[] = [307, 308];
const redirects: readonly number[] = [301, 302, 303, ...keepsMethod];

/** A request whose headers may be told apart. */
export interface RedirectableRequest extends RequestInit {
  readonly headers: Headers;
}

/**
 * `fetch` that leaves the headers named `secrets` behind when it is sent on to another origin. Left to itself it would
 * drop `Authorization` and `Cookie`, and take API keys along to wherever an answer points.
 */
export async function followRedirects(
  fetch: typeof globalThis.fetch,
  request: RedirectableRequest & { readonly url: string | URL },
  secrets: readonly string[],
): Promise<Response> {
  const { url, ...init } = request;
  const headers = new Headers(init.headers);
  let target = new URL(url);
  for (let count = 0; count <= maximumRedirects; count++) {
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    const location = response.headers.get('Location');
    if (location === null || !mayFollow(response.status, init.method)) return response;
    await response.body?.cancel();
    const next = new URL(location, target);
    if (next.origin !== target.origin) for (const name of secrets) headers.delete(name);
    target = next;
  }
  throw new TransportError('TRANSPORT_HTTP_FAILED', 'It was redirected too often.');
}

function mayFollow(status: number, method = 'GET'): boolean {
  return (method === 'GET' ? redirects : keepsMethod).includes(status);
}
