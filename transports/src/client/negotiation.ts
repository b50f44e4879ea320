import { TransportError } from '../errors.ts';
import { negotiateVersion, parseNegotiateResponse, type AvailableTransport } from '../negotiate.ts';
import { decodeText } from './decode-text.ts';
import type { HttpClient } from './http-client.ts';
import { resolveUrl, withQuery } from './url.ts';

/** SignalR's own bound. */
const maximumRedirects = 100;

/** Where to connect, and as whom. */
export interface Endpoint {
  readonly url: string;
  readonly http: HttpClient;
}

/** The endpoint with the `id` of a new connection; a negotiation can be sent on to another server. */
export interface Negotiation extends Endpoint {
  readonly connectionId: string;
  readonly offered: readonly AvailableTransport[];
}

/** Asks the server for a connection, following its redirects (TransportProtocols.md, "POST [endpoint-base]/negotiate request"). */
export async function negotiate(start: Endpoint, signal: AbortSignal): Promise<Negotiation> {
  let { url, http } = start;
  for (let redirects = 0; redirects <= maximumRedirects; redirects++) {
    const { body } = await http.send({ method: 'POST', url: negotiateUrl(url), body: '', signal });
    const answer = parseNegotiateResponse(decodeText(body));
    if (answer.kind === 'error') {
      throw new TransportError('TRANSPORT_NEGOTIATE_REFUSED', answer.error);
    }
    if (answer.kind === 'connection') {
      const { connectionId, connectionToken, availableTransports: offered } = answer;
      return { url: withQuery(url, 'id', connectionToken), http, connectionId, offered };
    }
    const next = resolveUrl(answer.url, url);
    http = http.redirected(url, next, answer.accessToken);
    url = next;
  }
  throw new TransportError('TRANSPORT_TOO_MANY_REDIRECTS', 'It was redirected too often.');
}

function negotiateUrl(url: string): string {
  const whole = url.replace(/\/?(\?|$)/, '/negotiate$1');
  return whole.includes('negotiateVersion=') ? whole : withQuery(whole, 'negotiateVersion', String(negotiateVersion));
}
