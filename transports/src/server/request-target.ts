const absoluteForm = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/iu;
const secretParameters: readonly string[] = ['id', 'access_token'];
/** More characters than any name of ours has when all of it is escaped. */
const longestName = 64;

/** The path alone, not decoded, for routing; one trailing slash is dropped. */
export function pathOf(url: string): string {
  const [path] = split(url);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A query parameter, its name compared without regard to case; an exact match counts before others, then the first. */
export function queryValue(url: string, name: string): string | undefined {
  let similar: string | undefined;
  for (const parameter of parametersOf(url)) {
    const found = nameOf(parameter);
    if (found === name) return valueOf(parameter);
    if (found.toLowerCase() === name.toLowerCase()) similar ??= parameter;
  }
  return similar === undefined ? undefined : valueOf(similar);
}

/** The url with the parameters left out that nobody but this endpoint may see. */
export function withoutSecrets(url: string): string {
  const [path] = split(url);
  const kept = parametersOf(url).filter((parameter) => !secretParameters.includes(nameOf(parameter).toLowerCase()));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function parametersOf(url: string): readonly string[] {
  const [, query] = split(url);
  return query === '' ? [] : query.split('&');
}

/** What is decoded is only what could be one of ours: a request may hold thousands of names, or one without end. */
function nameOf(parameter: string): string {
  const end = parameter.indexOf('=');
  const name = end < 0 ? parameter : parameter.slice(0, end);
  return name.length > longestName ? name : decode(name);
}

function valueOf(parameter: string): string {
  const end = parameter.indexOf('=');
  return end < 0 ? '' : decode(parameter.slice(end + 1));
}

function decode(text: string): string {
  return /[%+]/u.test(text) ? (new URLSearchParams(`=${text}`).get('') ?? '') : text;
}

/** Path and query of `request.url`, which may also be absolute (RFC 9112, section 3.2.2). */
function split(url: string): [path: string, query: string] {
  const local = url.startsWith('/') ? url : url.replace(absoluteForm, '');
  const end = local.indexOf('#');
  const target = end < 0 ? local : local.slice(0, end);
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
