import type { IncomingHttpHeaders } from 'node:http';
import { parseCookies } from './parse-cookies.ts';

/** A request as it came, without what is read out of it. */
export interface RequestHead {
  readonly method: string;
  /** Path and query as received, without `id` and `access_token`. */
  readonly url: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly remoteAddress: string | undefined;
}

/** The parameters of a query, read as `URLSearchParams` reads them: decoded, in the order in which they came. */
export interface RequestQuery extends Iterable<[name: string, value: string]> {
  readonly size: number;
  /** The first value under this name. */
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  entries(): IterableIterator<[name: string, value: string]>;
  toString(): string;
}

/** The HTTP request that opened a connection, copied so that the request itself can be freed. */
export class ConnectionRequest implements RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly remoteAddress: string | undefined;
  #query: URLSearchParams | undefined;
  #cookies: ReadonlyMap<string, string> | undefined;

  constructor({ method, url, headers, remoteAddress }: RequestHead) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.remoteAddress = remoteAddress;
  }

  /** The query of `url`; parsed when first asked for. */
  get query(): RequestQuery {
    return (this.#query ??= new URLSearchParams(queryOf(this.url)));
  }

  /**
   * The cookies that came with the request, by name; parsed when first asked for. Values are freed of quotes and
   * percent-decoded, names are as they came. Of cookies with the same name the first counts: browsers send the one with
   * the longest path first.
   */
  get cookies(): ReadonlyMap<string, string> {
    return (this.#cookies ??= parseCookies(this.headers.cookie));
  }
}

function queryOf(url: string): string {
  const [target = ''] = url.split('#', 1);
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1);
}
