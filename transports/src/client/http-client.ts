import { canSendHeaders } from '#web-socket';
import { TransportError } from '../errors.ts';
import { Cookies } from './cookies.ts';
import { withDeadline } from './deadline.ts';
import { followRedirects } from './follow-redirects.ts';
import { toTransportError } from './to-transport-error.ts';
import { withoutQuery, withQuery } from './url.ts';

/** Gives the bearer token of a request; nothing or an empty text sends none. */
export type AccessTokenFactory = () => string | null | undefined | Promise<string | null | undefined>;

export interface HttpClientSettings {
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly withCredentials: boolean;
  /** For a whole request, its answer's body included. */
  readonly timeoutMs: number;
  readonly accessTokenFactory: AccessTokenFactory | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
  /** @default the `timeoutMs` of the connection */
  readonly timeoutMs?: number;
  /** Whether it is still sent when its page is left. @default false */
  readonly keepalive?: boolean;
  /** Statuses that are an answer; every other one rejects. @default [200] */
  readonly expects?: readonly number[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** An answer with a status that was not expected. `code` is `TRANSPORT_HTTP_STATUS`. */
export class HttpStatusError extends TransportError {
  readonly status: number;

  constructor(status: number, detail: string) {
    super('TRANSPORT_HTTP_STATUS', detail);
    this.status = status;
  }
}

/** Sends the requests of one connection: with its headers, its token and its cookies. */
export class HttpClient {
  readonly #settings: HttpClientSettings;
  /** Browsers keep their own. */
  readonly #cookies = canSendHeaders && new Cookies();
  #token: string | null | undefined;

  constructor(settings: HttpClientSettings) {
    this.#settings = settings;
  }

  /** The bearer token, asked for once and again after a 401. */
  async accessToken(): Promise<string | undefined> {
    this.#token ||= await this.#settings.accessTokenFactory?.();
    return this.#token || undefined;
  }

  /** Headers that every request carries, the token among them. */
  async headers(): Promise<Record<string, string>> {
    const token = await this.accessToken();
    const headers: Record<string, string> = {
      'X-Requested-With': 'XMLHttpRequest',
      'X-SignalR-User-Agent': 'Hubwire',
      ...this.#settings.headers,
      ...(token && { Authorization: `Bearer ${token}` }),
    };
    if (canSendHeaders && this.#cookies) this.#cookies.addTo(headers);
    return headers;
  }

  /** What is opened without `fetch`, where and with which headers: a browser's sockets have none to carry the token. */
  async opening(url: string): Promise<{ readonly url: string; readonly headers: Record<string, string> }> {
    if (canSendHeaders) return { url, headers: await this.headers() };
    const token = await this.accessToken();
    return { url: token === undefined ? url : withQuery(url, 'access_token', token), headers: {} };
  }

  /** A client for the place a negotiation was sent on to. Another origin never sees this one's credentials. */
  redirected(from: string, to: string, accessToken: string | undefined): HttpClient {
    const { headers, accessTokenFactory } = this.#settings;
    const isSameOrigin = new URL(from).origin === new URL(to).origin;
    return new HttpClient({
      ...this.#settings,
      headers: isSameOrigin ? headers : withoutCredentials(headers),
      accessTokenFactory: accessToken ? () => accessToken : isSameOrigin ? accessTokenFactory : undefined,
    });
  }

  /** Sends a request and reads its answer; rejects with a `TransportError` that says what was expected. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { timeoutMs = this.#settings.timeoutMs, signal } = request;
    return withDeadline({ ms: timeoutMs, signal }, (signal) => this.#exchange(request, signal));
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, url, body, keepalive = false, expects = [200] } = request;
    const place = `${method} ${withoutQuery(url)}`;
    try {
      const response = await this.fetch(url, { method, signal, keepalive, ...(body !== undefined && bodyInit(body)) });
      const { status } = response;
      if (expects.includes(status)) return { status, body: new Uint8Array(await response.arrayBuffer()) };
      await response.body?.cancel();
      throw new HttpStatusError(status, `${place}: ${status} instead of ${expects.join(' or ')}.`);
    } catch (error) {
      throw toTransportError(error, 'TRANSPORT_HTTP_FAILED', `${place}: `);
    }
  }

  /** `fetch` with the headers of this client, and once more with a fresh token when one that was kept is refused. */
  async fetch(url: string | URL, init: RequestInit, mayRetry = !!this.#token): Promise<Response> {
    const { fetch, withCredentials } = this.#settings;
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(await this.headers())) headers.set(name, value);
    const credentials = withCredentials ? 'include' : 'same-origin';
    const request = { cache: 'no-store', credentials, ...init, headers } as const;
    // Browsers show no redirects; they ask the other origin first whether our headers may come.
    const response = canSendHeaders
      ? await followRedirects(fetch, { url, ...request }, this.#secretHeaders())
      : await fetch(url, request);
    if (canSendHeaders && this.#cookies && withCredentials) this.#cookies.takeFrom(response.headers);
    if (response.status !== 401 || !mayRetry) return response;
    await response.body?.cancel();
    this.#token = undefined;
    return this.fetch(url, init, false);
  }

  #secretHeaders(): readonly string[] {
    return ['Authorization', 'Cookie', ...Object.keys(this.#settings.headers)];
  }
}

/** `fetch` says itself that a text is text. */
function bodyInit(body: string | Uint8Array<ArrayBuffer>): RequestInit {
  return typeof body === 'string' ? { body } : { body, headers: { 'Content-Type': 'application/octet-stream' } };
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}
