/** Path and query of a request, without decoding the path. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

const absoluteForm = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/iu;
const secretParameters: readonly string[] = ['id', 'access_token'];

/** Splits `request.url`, which may also be absolute (RFC 9112, section 3.2.2). */
export function parseTarget(url: string): RequestTarget {
  const [path, query] = split(url);
  return { path, query: new URLSearchParams(query) };
}

/** The path alone, for routing; one trailing slash is dropped. */
export function pathOf(url: string): string {
  const [path] = split(url);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A query parameter, its name compared without regard to case; the first one counts. */
export function queryValue(query: URLSearchParams, name: string): string | undefined {
  const exact = query.get(name);
  if (exact !== null) return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of query) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

/** The url with the parameters left out that nobody but this endpoint may see. */
export function withoutSecrets(url: string): string {
  const [path, query] = split(url);
  const parameters = query.split('&').filter((parameter) => !secretParameters.includes(nameOf(parameter)));
  const kept = parameters.join('&');
  return kept === '' ? path : `${path}?${kept}`;
}

function nameOf(parameter: string): string {
  const [name = ''] = new URLSearchParams(parameter).keys();
  return name.toLowerCase();
}

function split(url: string): [path: string, query: string] {
  const local = url.startsWith('/') ? url : url.replace(absoluteForm, '');
  const end = local.indexOf('#');
  const target = end < 0 ? local : local.slice(0, end);
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
