import { AbortError, HttpError, TimeoutError } from '../errors.ts';
import type { ILogger } from './logging.ts';

/** An abort signal as `@microsoft/signalr` declares it. */
export interface AbortSignalLike {
  aborted: boolean;
  onabort: (() => void) | null;
}

/** One HTTP request. */
export interface HttpRequest {
  method?: string;
  url?: string;
  content?: string | ArrayBuffer;
  headers?: Record<string, string>;
  /** `arraybuffer` for bytes, text otherwise. */
  responseType?: XMLHttpRequestResponseType;
  abortSignal?: AbortSignalLike;
  /** Milliseconds until it is given up. */
  timeout?: number;
  withCredentials?: boolean;
}

/** The answer to an HTTP request. */
export class HttpResponse {
  readonly statusCode: number;
  readonly statusText?: string | undefined;
  readonly content?: string | ArrayBuffer | undefined;

  constructor(statusCode: number, statusText?: string, content?: string | ArrayBuffer) {
    this.statusCode = statusCode;
    this.statusText = statusText;
    this.content = content;
  }
}

/** Sends HTTP requests; extend it, or `DefaultHttpClient`, to see or change them. */
export abstract class HttpClient {
  abstract send(request: HttpRequest): Promise<HttpResponse>;

  get(url: string, options?: HttpRequest): Promise<HttpResponse> {
    return this.send({ ...options, method: 'GET', url });
  }

  post(url: string, options?: HttpRequest): Promise<HttpResponse> {
    return this.send({ ...options, method: 'POST', url });
  }

  delete(url: string, options?: HttpRequest): Promise<HttpResponse> {
    return this.send({ ...options, method: 'DELETE', url });
  }

  /** Cookies to send by hand where the platform keeps none. */
  getCookieString(_url: string): string {
    return '';
  }
}

/** Sends requests with `fetch`; rejects with `HttpError`, `TimeoutError` or `AbortError`. */
export class DefaultHttpClient extends HttpClient {
  constructor(_logger?: ILogger) {
    super();
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const { method, url, content, headers, responseType, abortSignal, timeout, withCredentials = true } = request;
    if (!method) throw new Error('No method defined.');
    if (!url) throw new Error('No url defined.');
    if (abortSignal?.aborted === true) throw new AbortError();
    const stop = new AbortController();
    const timer = timeout ? setTimeout(() => stop.abort(new TimeoutError()), timeout) : undefined;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- all that @microsoft/signalr promises of a signal
    if (abortSignal !== undefined) abortSignal.onabort = () => stop.abort(new AbortError());
    try {
      const response = await fetch(url, {
        method,
        cache: 'no-cache',
        credentials: withCredentials ? 'include' : 'same-origin',
        headers: { 'X-Requested-With': 'XMLHttpRequest', ...headers },
        signal: stop.signal,
        ...(content && { body: content }),
      });
      if (!response.ok) throw new HttpError((await response.text()) || response.statusText, response.status);
      const isBinary = responseType === 'arraybuffer';
      const answer = await (isBinary ? response.arrayBuffer() : response.text());
      return new HttpResponse(response.status, response.statusText, answer);
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      clearTimeout(timer);
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- as above
      if (abortSignal !== undefined) abortSignal.onabort = null;
    }
  }
}

/** Statuses whose answers have no body, also not an empty one. */
const bodiless: readonly number[] = [204, 205, 304];

/** `fetch` by way of a client of one's own, for texts and bytes. */
export function fetchThrough(client: HttpClient): typeof fetch {
  return async (url, { method = 'GET', headers, credentials, body, signal } = {}) => {
    const abortSignal: AbortSignalLike = { aborted: signal?.aborted === true, onabort: null };
    signal?.addEventListener('abort', () => {
      abortSignal.aborted = true;
      abortSignal.onabort?.();
    });
    const request: HttpRequest = {
      method,
      url: url instanceof URL ? url.href : (url as string),
      headers: Object.fromEntries(new Headers(headers).entries()),
      responseType: 'arraybuffer',
      withCredentials: credentials === 'include',
      abortSignal,
      ...(body && { content: typeof body === 'string' ? body : new Uint8Array(body as Uint8Array).buffer }),
    };
    try {
      const { statusCode: status, statusText = '', content = null } = await client.send(request);
      return new Response(bodiless.includes(status) ? null : content, { status, statusText });
    } catch (error) {
      // An `HttpError`, that of `@microsoft/signalr` included.
      const { statusCode: status }: { readonly statusCode?: number } = Object(error);
      if (status === undefined || status < 200) throw error;
      return new Response(null, { status });
    }
  };
}
